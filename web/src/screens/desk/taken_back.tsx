/** Entries of stock and loggers that were taken back at a clinic: what, when, why, and which lots a reading held until then. */
import { momentWords, t } from "../../text/words";
import type { OfClinic } from "./clinic_day";

const WHAT = {
  "stock.loaded": "desk_taken_back_what_loaded",
  "stock.wasted": "desk_taken_back_what_wasted",
  "stock.returned": "desk_taken_back_what_returned",
  "temperature.read": "desk_taken_back_what_read",
} as const;

export function TakenBack({ clinic }: Pick<OfClinic, "clinic">) {
  const rows = clinic.books.taken_back;
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="taken-back">
      <h2 id="taken-back">{t("desk_taken_back", { count: rows.length })}</h2>
      <ul class="list">
        {rows.map((row) => (
          <li key={row.event} class="dose card">
            <span class="who">
              <strong>
                {t(WHAT[row.kind], {
                  doses: row.doses,
                  lot: row.lot,
                  box: row.container,
                  celsius: row.celsius ?? "",
                })}
              </strong>
              <small>
                {momentWords(Date.parse(row.at))} · {row.reason}
              </small>
              {row.freed === null || row.freed.length === 0 ? null : (
                <span>{t("desk_taken_back_freed", { lots: row.freed.join(", ") })}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
