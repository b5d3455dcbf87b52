/** What befell the phone itself, said wherever the nurse is. */
import { couldNotKeep, hasVanished, isNearlyFull, refusal } from "../screens/phone";
import { word } from "../text/words";
import { Notice } from "./parts";

export function PhoneNotices() {
  return (
    <>
      {hasVanished.value ? <Notice tone="bad">{word("phone", "vanished")}</Notice> : null}
      {couldNotKeep.value ? <Notice tone="bad">{word("phone", "not_kept")}</Notice> : null}
      {isNearlyFull.value ? <Notice tone="warn">{word("phone", "full")}</Notice> : null}
      {refusal.value === "" ? null : <Notice tone="bad">{word("phone", refusal.value)}</Notice>}
    </>
  );
}
