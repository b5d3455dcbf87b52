/** Finding a child as one types: every word begins a name, or stands in the birth date or a number. */

/** What somebody is found by: names, numbers, and the birth date with and without its hyphens. */
export const wordsFor = (parts: readonly string[], birthDate: string): string =>
  ` ${plain(parts.join(" ")).replaceAll("-", " ")} ${birthDate}`;

/** Whether one fits what is typed; everybody fits nothing. */
export function fitting<One>(typed: string, wordsOf: (one: One) => string): (one: One) => boolean {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return () => true;
  return (one) => {
    const words = wordsOf(one);
    return wanted.every((word) => words.includes(` ${word}`) || (/\d/.test(word) && words.includes(word)));
  };
}

/** Lower case without diacritics: what a hurried thumb types. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
