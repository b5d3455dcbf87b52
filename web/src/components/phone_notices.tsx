/** What befell the phone itself, said wherever the nurse is. */
import { couldNotKeep, hasVanished, isNearlyFull, refusal } from "../screens/phone";
import { t, word } from "../text/words";
import { Button, Notice } from "./parts";

export function PhoneNotices() {
  return (
    <>
      {hasVanished.value ? <Notice tone="bad">{word("phone", "vanished")}</Notice> : null}
      {couldNotKeep.value ? <NotKept /> : null}
      {isNearlyFull.value ? <Notice tone="warn">{word("phone", "full")}</Notice> : null}
      {refusal.value === "" ? null : <Notice tone="bad">{word("phone", refusal.value)}</Notice>}
    </>
  );
}

/** It stands until a person saw to it: only they know what they did last. */
function NotKept() {
  return (
    <Notice tone="bad">
      <p>{word("phone", "not_kept")}</p>
      <Button
        kind="quiet"
        onClick={() => {
          couldNotKeep.value = false;
        }}
      >
        {t("not_kept_seen")}
      </Button>
    </Notice>
  );
}
