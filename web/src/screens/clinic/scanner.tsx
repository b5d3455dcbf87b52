/** Scan a vial: by camera, by a hand scanner that types, or by typing what stands beneath the code. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, Field, Notice } from "../../components/parts";
import { type CameraProblem, type Watching, watchCamera } from "../../scan/camera";
import { readVial, type VialCode } from "../../scan/gs1";
import { t, word } from "../../text/words";

export function VialScanner(props: { readonly onCode: (code: VialCode) => void; readonly onClose: () => void }) {
  const { onCode, onClose } = props;
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState<CameraProblem | "">("");
  const [typed, setTyped] = useState("");
  const [error, setError] = useState("");
  const read = (text: string) => {
    const result = readVial(text);
    if (result.ok) onCode(result.code);
    else setError(word("refused", result.why));
  };
  useEffect(() => {
    let watching: Watching | null = null;
    let gone = false;
    const screen = video.current;
    if (screen !== null) {
      void watchCamera(screen, read).then((result) => {
        if (typeof result === "string") setProblem(result);
        else if (gone) result.stop();
        else watching = result;
      });
    }
    return () => {
      gone = true;
      watching?.stop();
    };
  }, []);
  return (
    <section class="panel padded scanner" aria-label={t("scan")}>
      {problem === "" ? null : <Notice tone="warn">{word("camera", problem)}</Notice>}
      <video ref={video} class={problem === "" ? "" : "off"} muted playsInline aria-label={t("camera_view")} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          read(typed);
        }}
      >
        <Field
          label={t("code_text")}
          value={typed}
          onInput={(text) => {
            setTyped(text);
            setError("");
          }}
          error={error || undefined}
          hint={t("code_text_hint")}
          autofocus
        />
        <Button type="submit">{t("take_code")}</Button>
      </form>
      <Button kind="quiet" onClick={onClose}>
        {t("close")}
      </Button>
    </section>
  );
}
