/** The commissioner's recommended list: its editions, where each was read, and the way to enter or replace one. */
import { Check, Field, Pill, Screen } from "../../components/parts";
import { visit as english } from "../../text/clinic/en";
import { visit as spanish } from "../../text/clinic/es";
import { day, learn, only, t, word } from "../../text/words";
import { hasRole, request, today, useAnswer } from "./asking";
import { useTyped } from "./kept";
import { Answered, FormDeed } from "./parts";

interface EditionRow {
  readonly edition: string;
  readonly document: string;
  readonly vaccines: readonly string[];
  readonly source: string;
  readonly read_on: string;
  readonly compared_by: string;
}

interface Editions {
  readonly editions: readonly EditionRow[];
}

const PREFIX = "recommends_";
learn(only(PREFIX, english), only(PREFIX, spanish));

/** What a list may name, as the phone calls it. */
const KNOWN: readonly string[] = Object.keys(only(PREFIX, english)).map((key) => key.slice(PREFIX.length));
const ENTERERS: readonly string[] = ["health_office", "administrator", "district_admin"];

export function RecommendedList() {
  const { answer, again, replace } = useAnswer<Editions>("/api/recommended");
  return (
    <Screen title={t("desk_recommended")}>
      <p>{t("desk_recommended_lead")}</p>
      <Answered answer={answer} again={again}>
        {({ editions }) => (
          <>
            <ul class="list">
              {editions.map((one) => (
                <Edition key={one.edition} row={one} />
              ))}
            </ul>
            {ENTERERS.some(hasRole) ? <Enter last={editions[0]} replace={replace} /> : null}
          </>
        )}
      </Answered>
    </Screen>
  );
}

function Edition({ row }: { readonly row: EditionRow }) {
  return (
    <li class="dose card">
      <span class="who">
        <strong>{t("desk_edition", { day: day(row.edition) })}</strong>
        <span>{row.vaccines.map((one) => word("recommends", one)).join(", ")}</span>
        {row.compared_by ? (
          <small>
            {row.document}.{" "}
            {t("desk_edition_source", { source: row.source, day: day(row.read_on), name: row.compared_by })}
          </small>
        ) : (
          <span class="pills">
            <Pill tone="wait">{t("desk_edition_unchecked")}</Pill>
          </span>
        )}
      </span>
    </li>
  );
}

function Enter(props: { readonly last: EditionRow | undefined; readonly replace: (found: Editions) => void }) {
  const typed = useTyped("recommended", {
    edition: "",
    document: "",
    vaccines: (props.last?.vaccines ?? []) as readonly string[],
    source: "",
    readOn: today(),
  });
  const { edition, document, vaccines, source, readOn } = typed.values;
  const entered = { edition, document: document.trim(), vaccines, source: source.trim(), read_on: readOn };
  const enter = async () => props.replace(await request("POST", "/api/recommended", entered));
  const needs = [edition, document, vaccines.join(), source, readOn];
  return (
    <FormDeed words={t("desk_edition_add")} hint={t("desk_edition_add_hint")} needs={needs} typed={typed} run={enter}>
      {(lacks) => (
        <>
          <Field
            label={t("desk_edition_day")}
            type="date"
            value={edition}
            max={today()}
            onInput={(written) => typed.set({ edition: written })}
            error={lacks(edition)}
          />
          <Field
            label={t("desk_edition_document")}
            value={document}
            onInput={(written) => typed.set({ document: written })}
            error={lacks(document)}
          />
          <fieldset class={`checks ${lacks(vaccines.join()) ? "wrong" : ""}`}>
            <legend>{t("desk_edition_vaccines")}</legend>
            {KNOWN.map((one) => (
              <Check
                key={one}
                label={word("recommends", one)}
                checked={vaccines.includes(one)}
                onChange={(isIn) =>
                  typed.set({ vaccines: isIn ? [...vaccines, one] : vaccines.filter((held) => held !== one) })
                }
              />
            ))}
            {lacks(vaccines.join()) ? (
              <p class="error" role="alert">
                {t("required")}
              </p>
            ) : null}
          </fieldset>
          <Field
            label={t("desk_edition_where")}
            value={source}
            onInput={(written) => typed.set({ source: written })}
            error={lacks(source)}
          />
          <Field
            label={t("desk_edition_read_on")}
            type="date"
            value={readOn}
            max={today()}
            onInput={(written) => typed.set({ readOn: written })}
            error={lacks(readOn)}
          />
        </>
      )}
    </FormDeed>
  );
}
