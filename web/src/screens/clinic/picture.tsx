/** Take a picture of a paper: sealed on this phone at once, sent behind the events. */
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { Held } from "../../components/held";
import { Button, Notice } from "../../components/parts";
import type { Photo } from "../../events/generated";
import { scaledDown } from "../../scan/picture";
import { t } from "../../text/words";
import { theDevice } from "../state";

/** A picture is being made smaller and sealed: what it belongs to is not recorded without it meanwhile. */
export const isTaking = signal(false);

export function PictureField(props: { readonly photo: Photo | null; readonly onTaken: (photo: Photo | null) => void }) {
  const [failed, setFailed] = useState(false);
  const [shown, show] = useState("");
  useEffect(() => () => URL.revokeObjectURL(shown), [shown]);
  const take = async (input: HTMLInputElement) => {
    const [file] = input.files ?? [];
    if (file === undefined) return;
    isTaking.value = true;
    try {
      const picture = await scaledDown(file);
      setFailed(picture === null);
      if (picture === null) return;
      const photo = await theDevice().keepPhoto(picture);
      show(URL.createObjectURL(new Blob([picture], { type: "image/jpeg" })));
      props.onTaken(photo);
    } finally {
      input.value = "";
      isTaking.value = false;
    }
  };
  const busy = isTaking.value;
  return (
    <div class="picture">
      {busy || props.photo !== null ? <Held /> : null}
      {props.photo === null ? null : (
        <>
          {shown === "" ? null : <img src={shown} alt={t("picture_alt")} />}
          <p role="status">{t("picture_taken", { kib: Math.ceil(props.photo.size_bytes / 1024) })}</p>
        </>
      )}
      {failed ? <Notice tone="bad">{t("picture_failed")}</Notice> : null}
      <label class={`button quiet ${busy ? "busy" : ""}`}>
        {busy ? t("loading") : t(props.photo === null ? "picture_take" : "picture_again")}
        <input
          class="unseen"
          type="file"
          accept="image/*"
          capture="environment"
          disabled={busy}
          onChange={(event) => void take(event.currentTarget)}
        />
      </label>
      {props.photo === null ? null : (
        <Button kind="quiet" onClick={() => props.onTaken(null)}>
          {t("picture_leave_out")}
        </Button>
      )}
      <p class="hint">{t("picture_lead")}</p>
    </div>
  );
}
