/** Requirements and exemptions on one page, from the law in force: printed in the family's language, whatever the screen's. */
import { useEffect, useState } from "preact/hooks";
import { Choice, Notice } from "../../components/parts";
import { type Loaded, ruleSetFor, ruleSetNamed } from "../../law";
import { type ClauseLine, requirementsPage } from "../../projections/requirements";
import { type Language, language, t, word } from "../../text/words";
import { facilitiesHere } from "../planning";
import type { View } from "../view";

/** The page's own words: it is in one language, the screen may be in the other. */
const WORDS = {
  en: {
    title: "Immunizations: what the law requires, and the exemptions",
    required: "What is required",
    exemptions: "Exemptions: each frees from the immunization it names",
    unverified: "Unverified: nobody has compared this page with the law's text. Check before use.",
  },
  es: {
    title: "Vacunas: lo que exige la ley y las exenciones",
    required: "Lo que se exige",
    exemptions: "Exenciones: cada una exime de la vacuna que nombra",
    unverified: "Sin comprobar: nadie ha comparado esta página con el texto de la ley. Compruébela antes de usarla.",
  },
} as const satisfies Record<Language, Readonly<Record<string, string>>>;

const LANGUAGES: readonly Language[] = ["en", "es"];

export function Requirements({ now }: { readonly now: View }) {
  const [chosen, setChosen] = useState<Language>(language.value);
  const [law, setLaw] = useState<Loaded | null>(null);
  useEffect(() => {
    lawOf(now.today).then(setLaw);
  }, [now.today]);
  if (law === null) return <p class="empty">{t("loading")}</p>;
  const school = facilitiesHere(now).find((one) => one.facility === now.clinic.plan?.facility);
  const page = requirementsPage(law, school?.kind ?? "school", chosen);
  const words = WORDS[chosen];
  return (
    <>
      <div class="noprint">
        <Choice
          legend={t("packet_language")}
          value={chosen}
          onChange={setChosen}
          options={LANGUAGES.map((one) => [one, word("language", one)])}
        />
        {page.isVerified ? null : <Notice tone="warn">{words.unverified}</Notice>}
      </div>
      <section class="sheet law" lang={chosen}>
        <h2>{words.title}</h2>
        <p>{page.title}</p>
        <h2>{words.required}</h2>
        <Clauses lines={page.required} />
        <h2>{words.exemptions}</h2>
        <Clauses lines={page.exemptions} />
        {page.isVerified ? null : <p>{words.unverified}</p>}
      </section>
    </>
  );
}

/** The rule set in force; where no version covers the day, its neighbour, which is not verified for it. */
async function lawOf(today: string): Promise<Loaded | null> {
  const found = await ruleSetFor(today);
  return "rules" in found ? found : ruleSetNamed(found.before || found.after);
}

const Clauses = ({ lines }: { readonly lines: readonly ClauseLine[] }) => (
  <ul>
    {lines.map(({ text, cite }) => (
      <li key={text}>
        {text}
        {cite === "" ? "" : ` (${cite})`}
      </li>
    ))}
  </ul>
);
