/** Scan a vial (gs1.ts). */
import { readVial, type VialCode } from "../../scan/gs1";
import { t, word } from "../../text/words";
import { CodeReader } from "./reader";

/** `onCode` answers why a code is refused, in words; nothing where it was taken. */
export function VialScanner(props: {
  readonly onCode: (code: VialCode) => string | undefined;
  readonly onClose: () => void;
}) {
  const take = (text: string) => {
    const result = readVial(text);
    if (!result.ok) return word("refused", result.why);
    return props.onCode(result.code);
  };
  return (
    <CodeReader
      label={t("scan")}
      formats={["data_matrix"]}
      hint={t("code_text_hint")}
      take={take}
      onClose={props.onClose}
    />
  );
}
