/** The reader for browsers without their own (Safari, Firefox): ZXing as WebAssembly, shipped by us, loaded on demand. */
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

/** Which codes are looked for: those of vials; those of slips and forms; those of student cards. */
export type CodeFormat = "data_matrix" | "qr_code" | "code_128" | "code_39";

const WIDEST_PIXELS = 1280;

prepareZXingModule({
  overrides: { locateFile: (path: string, prefix: string) => (path.endsWith(".wasm") ? wasm : prefix + path) },
});

const NAMES = { data_matrix: "DataMatrix", qr_code: "QRCode", code_128: "Code128", code_39: "Code39" } as const;

/** The text of the first such code in a frame; undefined when there is none. */
export function makeReader(wanted: readonly CodeFormat[]): (video: HTMLVideoElement) => Promise<string | undefined> {
  const formats = wanted.map((one) => NAMES[one]);
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    if (pen === null || video.videoWidth === 0) return undefined;
    const scale = Math.min(1, WIDEST_PIXELS / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    const frame = pen.getImageData(0, 0, canvas.width, canvas.height);
    const found = await readBarcodes(frame, { formats, maxNumberOfSymbols: 1, textMode: "Plain" });
    return found.find((one) => one.isValid)?.text;
  };
}
