/**
 * An own entry in words: what is so, who has it, and what a nurse is to do, where there is anything to do.
 *
 * Nothing here is kinder than the proof: "in the district's record" is said only of what has a verified receipt.
 */
import type { Ending, Own } from "../store/kept";
import { isReceipted, type KeptPhoto } from "../store/photos";
import { UNPROVEN } from "../sync/state";
import { refusalWords, t, word } from "../text/words";

export type Settled = Omit<Ending, "receipt">;

export interface Told {
  readonly tone: "good" | "bad" | "wait" | "calm";
  readonly state: string;
  readonly lines: readonly string[];
}

/** `settled`: how the office ended a quarantine. `isBeforeThere`: the entry before this one is in the record. */
export function rowWords(row: Own, settled: Settled | undefined, isSent: boolean, isBeforeThere: boolean): Told {
  if (row.state === "waiting") {
    const { attempts = 0, complaint = "", code = "" } = row;
    const wrong = t("went_wrong", { count: attempts, why: refusalWords(code || UNPROVEN, complaint) });
    return { tone: "wait", state: t(isSent ? "state_sent" : "state_waiting"), lines: attempts > 0 ? [wrong] : [] };
  }
  if (row.state === "quarantined") return setAside(row, settled);
  const state = t("state_receipted", { position: row.position ?? "?" });
  const lines = (row.flags ?? []).filter((flag) => flag !== "gap" || !isBeforeThere).map((flag) => word("flag", flag));
  return { tone: "good", state, lines };
}

/** Why it was set aside, who has it, and that it is not lost; in the end, who let it in or closed it, and why. */
function setAside(row: Own, settled: Settled | undefined): Told {
  const why = word("why", row.reason ?? "other");
  if (settled === undefined || settled.state === "open") {
    const owner = settled?.who || word("owner", settled?.owner || row.owner || "other");
    return { tone: "bad", state: t("state_quarantined"), lines: [`${why} ${t("who_has_it", { owner })}`] };
  }
  const { position } = settled;
  const words = { name: settled.who || t("the_program"), why: settled.why };
  if (settled.state === "closed")
    return { tone: "calm", state: t("state_closed"), lines: [why, t("closed_by", words), t("closed_todo")] };
  const place = position === undefined ? [] : [t("state_receipted", { position })];
  return { tone: "good", state: t("state_released"), lines: [why, t("released_by", words), ...place] };
}

/** Where the picture of a paper is: the event may be delivered before it. */
export function pictureWords(kept: KeptPhoto, origin: string): Told {
  if (isReceipted(kept, origin)) return { tone: "good", state: t("photo_there"), lines: [] };
  if (kept.note === "") return { tone: "wait", state: t("photo_here"), lines: [] };
  return kept.hasSpare
    ? { tone: "wait", state: t("photo_again"), lines: [] }
    : { tone: "bad", state: t("photo_gone"), lines: [t("photo_gone_todo")] };
}
