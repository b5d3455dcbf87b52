/** What came and was set aside: the entry in words, or the bytes where they are none. */
import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../../components/parts";
import { kindOfEntry } from "../../text/desk/told";
import { t, word } from "../../text/words";
import { type Kept, useAnswer } from "./asking";
import { fields } from "./came_words";
import { Answered } from "./parts";

/** The bytes as they came; asking for a child's is a look at its record, so they come only when wanted. */
export function Came({ hash }: { readonly hash: string }) {
  const [wanted, setWanted] = useState(false);
  return wanted ? (
    <Bytes hash={hash} />
  ) : (
    <>
      <Button kind="quiet" onClick={() => setWanted(true)}>
        {t("desk_show")}
      </Button>
      <p class="hint">{t("desk_show_hint")}</p>
    </>
  );
}

function Bytes({ hash }: { readonly hash: string }) {
  const { answer, again } = useAnswer<Kept>(`/api/quarantine/${hash}`);
  return (
    <Answered answer={answer} again={again}>
      {(kept) => (
        <section aria-labelledby="came">
          <h2 id="came">{t("desk_what_came")}</h2>
          {kept.type === "" ? (
            <>
              <p>{t(kept.raw === "" ? "desk_bytes_gone" : "desk_no_event")}</p>
              {kept.raw === "" ? null : <pre class="receipt">{kept.raw}</pre>}
            </>
          ) : (
            <dl class="facts">
              <dt>{t("desk_type")}</dt>
              <dd>{kindOfEntry(kept.type)}</dd>
              <dt>{t("desk_stream")}</dt>
              <dd>
                <Subject stream={kept.stream} />
              </dd>
              {fields(kept.payload).map(([name, value]) => (
                <Fragment key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </Fragment>
              ))}
            </dl>
          )}
        </section>
      )}
    </Answered>
  );
}

/** What an entry is about: a child's record or a clinic is opened from here, anything else is named. */
function Subject({ stream }: { readonly stream: string }) {
  const [kind = "", id = ""] = stream.split("/");
  if (kind === "student" || kind === "clinic") {
    return (
      <a class="link" href={kind === "student" ? `#/child/${id}` : `#/clinics/${id}`}>
        {t(kind === "student" ? "desk_the_record" : "desk_the_clinic")}
      </a>
    );
  }
  return (
    <>
      {word("desk_word", kind)} <small>{id}</small>
    </>
  );
}
