/** Names as they are typed: whether one is a person's ("Mother", "mamá de Ana" name nobody), and whether two are one person's. */
const RELATIONS = new Set(
  (
    "mother mom mommy mum mama father dad daddy papa parent parents guardian guardians stepmother stepmom stepfather " +
    "stepdad grandmother grandma grandfather grandpa grandparent aunt auntie uncle sister brother caregiver caretaker " +
    "caseworker family self me myself him her same student child madre mami padre papi padres tutor tutora tutores " +
    "madrastra padrastro abuela abuelo tia tio hermana hermano cuidador cuidadora encargado encargada familia el ella " +
    "yo mismo misma estudiante nino nina hijo hija"
  ).split(" "),
);
const BESIDE = new Set(
  "the a an s his her their my of foster legal step grand la las los su sus mi de del al".split(" "),
);

/** `given`: the child's given name, which tells no parent apart. */
export function isRelation(typed: string, given: string): boolean {
  const own = new Set(wordsIn(given));
  const words = wordsIn(typed).filter((one) => !BESIDE.has(one) && !own.has(one) && !/^\d+$/.test(one));
  return wordsIn(typed).some((one) => RELATIONS.has(one)) && words.every((one) => RELATIONS.has(one));
}

/** Whether two names are one person's: the same words in whatever order, with or without accents and capitals. */
export const isOneName = (one: string, two: string): boolean =>
  wordsIn(one).sort().join(" ") === wordsIn(two).sort().join(" ");

export const wordsIn = (text: string): string[] =>
  text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter(Boolean);
