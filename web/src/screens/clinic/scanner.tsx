/** Scan a vial (gs1.ts). */
import { readVial, type VialCode } from "../../scan/gs1";
import { t, word } from "../../text/words";
import { CodeReader } from "./reader";

export function VialScanner(props: { readonly onCode: (code: VialCode) => void; readonly onClose: () => void }) {
  const take = (text: string) => {
    const result = readVial(text);
    if (!result.ok) return word("refused", result.why);
    props.onCode(result.code);
    return undefined;
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
