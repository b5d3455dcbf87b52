/** Read a code: by camera, by a hand scanner that types, or by typing what stands beneath it, kept until it is taken. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useDraft } from "../../components/drafts";
import { Button, Field, Notice } from "../../components/parts";
import { type CameraProblem, type Watching, watchCamera } from "../../scan/camera";
import type { CodeFormat } from "../../scan/zxing";
import { t, word } from "../../text/words";
import { place } from "../state";

/** `take` answers what is wrong with a text, in words; nothing where it was taken. */
export function CodeReader(props: {
  readonly label: string;
  readonly formats: readonly CodeFormat[];
  readonly hint: string;
  readonly take: (text: string) => string | undefined;
  readonly onClose: () => void;
}) {
  const { label, formats, hint, take, onClose } = props;
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState<CameraProblem | "">("");
  const { values, set, drop } = useDraft(`code/${place.value.join("/")}`, { typed: "" });
  const [error, setError] = useState("");
  const taking = useRef(take);
  taking.current = take; // the camera outlives this render: the station and the roster may be others by then
  const read = (text: string) => {
    const wrong = taking.current(text);
    setError(wrong ?? "");
    if (wrong === undefined) void drop();
  };
  const close = () => {
    void drop();
    onClose();
  };
  useEffect(() => {
    let watching: Watching | null = null;
    let gone = false;
    const screen = video.current;
    if (screen !== null) {
      void watchCamera(screen, formats, read).then((result) => {
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
    <section class="panel padded scanner" aria-label={label}>
      {problem === "" ? null : <Notice tone="warn">{word("camera", problem)}</Notice>}
      <video ref={video} class={problem === "" ? "" : "off"} muted playsInline aria-label={t("camera_view")} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          read(values.typed);
        }}
      >
        <Field
          label={t("code_text")}
          value={values.typed}
          onInput={(text) => {
            set({ typed: text });
            setError("");
          }}
          error={error || undefined}
          hint={hint}
          autofocus
        />
        <Button type="submit">{t("take_code")}</Button>
      </form>
      <Button kind="quiet" onClick={close}>
        {t("close")}
      </Button>
    </section>
  );
}
