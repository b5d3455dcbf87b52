/** The papers of a child with what the office says of each, and the ways to add one or print the slip. */
import { Button, Pill } from "../../components/parts";
import type { PaperLine } from "../../projections/papers";
import { day, t, word } from "../../text/words";
import { go } from "../state";

export function Papers({ papers, student }: { readonly papers: readonly PaperLine[]; readonly student: string }) {
  return (
    <section aria-labelledby="papers">
      <h2 id="papers">{t("papers")}</h2>
      <ul class="list">
        {papers.map((line) => (
          <li key={line.event} class="dose">
            <span class="who">
              <strong>{word("kind", line.paper.kind)}</strong>
              <small>
                {day(line.paper.received_on)} · {line.paper.signer}
              </small>
            </span>
            <Pill tone={line.state === "accepted" ? "good" : line.state === "review" ? "wait" : "calm"}>
              {word("paper", line.state)}
            </Pill>
          </li>
        ))}
      </ul>
      <div class="rowfoot">
        <Button kind="quiet" onClick={() => go("child", student, "statement")}>
          {t("statement")}
        </Button>
        <Button kind="quiet" onClick={() => go("child", student, "slip")}>
          {t("slip_print")}
        </Button>
      </div>
    </section>
  );
}
