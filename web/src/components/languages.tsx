/** The other language, by its own name: before anybody has signed in too. */
import { language, speak } from "../text/words";

export function Languages() {
  const other = language.value === "en" ? "es" : "en";
  return (
    <button type="button" class="button quiet small" lang={other} onClick={() => void speak(other)}>
      {other === "es" ? "Español" : "English"}
    </button>
  );
}
