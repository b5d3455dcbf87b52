/** What this phone does not hold as it should: what a store could not give back, and a clinic not all of which is here. */
import type { Student } from "../projections/student";
import { damage, healedStreams, lent, unreadable, wrongStreams } from "../screens/phone";
import { isComplete } from "../screens/state";
import { damage as english } from "../text/damage/en";
import { damage as spanish } from "../text/damage/es";
import { learn, momentWords, t } from "../text/words";
import { Notice } from "./parts";

learn(english, spanish);

/** All of it, for the outbox and the settings. */
export function DamageNotices() {
  const sealed = unreadable.value.filter((one) => one.isSealed).length;
  const there = unreadable.value.length - sealed;
  return (
    <>
      <DownloadDamage />
      <ServerDamage />
      {sealed > 0 ? <Notice tone="warn">{t("damaged_own_sealed", { count: sealed })}</Notice> : null}
      {there > 0 ? <Notice tone="info">{t("damaged_own_there", { count: there })}</Notice> : null}
      {lent.value > 0 ? <Notice tone="info">{t("damaged_there", { count: lent.value })}</Notice> : null}
    </>
  );
}

/** Said wherever a history is judged, until all of the clinic is here, as the log signed it. */
export function PartialHistory() {
  return isComplete.value ? ServerDamage() : <Notice tone="warn">{t("partial_history")}</Notice>;
}

/** The server gives less than it signed, or other than that: whose record it is nobody here can tell for sure. */
function ServerDamage() {
  const count = wrongStreams.value.length;
  return count === 0 ? null : <Notice tone="warn">{t("damaged_at_server", { count })}</Notice>;
}

/** Said of a child only this clinic knows: what was given before is on paper, or nowhere. */
export function UnknownPast({ student }: { readonly student: Pick<Student, "hasPast"> }) {
  return student.hasPast ? null : <Notice tone="warn">{t("past_unknown")}</Notice>;
}

/** What concerns a child's record: that something may be missing now, or that this very record was healed. */
export function ChildDamage({ student }: { readonly student: string }) {
  const found = damage.value;
  if (found === null || !found.isHealed) return <DownloadDamage />;
  if (!healedStreams.value.includes(`student/${student}`)) return null;
  return <Notice tone="info">{t("damaged_child", { moment: momentWords(found.foundAt) })}</Notice>;
}

function DownloadDamage() {
  const found = damage.value;
  if (found === null) return null;
  const moment = momentWords(found.foundAt);
  if (found.isHealed) return <Notice tone="info">{t("damaged_download_healed", { moment })}</Notice>;
  return <Notice tone="warn">{t("damaged_download", { moment })}</Notice>;
}
