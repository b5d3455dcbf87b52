/**
 * The camera as a reader of 2D codes: the browser's own reader where it has one, ours otherwise. A camera that is
 * refused or absent, and a reader that does not load, are said: a hand scanner and typing remain.
 */
import type { CodeFormat } from "./zxing";

export type CameraProblem = "no_reader" | "refused" | "no_camera";

type Reader = (video: HTMLVideoElement) => Promise<string | undefined>;

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
interface DetectorMaker {
  new (options: { readonly formats: readonly string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

const LOOK_EVERY_MS = 200;

export interface Watching {
  readonly stop: () => void;
}

/** Show the camera in `video` and tell each text that is read. Resolves when the picture is there. */
export async function watchCamera(
  video: HTMLVideoElement,
  formats: readonly CodeFormat[],
  onText: (text: string) => void,
): Promise<Watching | CameraProblem> {
  const stream = await openCamera();
  if (typeof stream === "string") return stream;
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  const read = await findReader(formats);
  if (read === null) {
    stop();
    return "no_reader";
  }
  video.srcObject = stream;
  try {
    await video.play();
  } catch {
    stop(); // left before the picture came, or a picture that never comes
    return "no_camera";
  }
  let busy = false;
  const timer = setInterval(async () => {
    if (busy) return;
    busy = true;
    // A frame that cannot be read is no news: the next one comes in a moment.
    const text = await read(video).catch(() => undefined);
    busy = false;
    if (text !== undefined) onText(text);
  }, LOOK_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      stop();
    },
  };
}

async function findReader(formats: readonly CodeFormat[]): Promise<Reader | null> {
  const maker = (globalThis as { BarcodeDetector?: DetectorMaker }).BarcodeDetector;
  const known = (await maker?.getSupportedFormats()) ?? [];
  if (maker !== undefined && formats.every((one) => known.includes(one))) {
    const detector = new maker({ formats });
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  }
  return import("./zxing").then(
    (ours) => ours.makeReader(formats),
    () => null,
  );
}

async function openCamera(): Promise<MediaStream | CameraProblem> {
  if (navigator.mediaDevices === undefined) return "no_camera";
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch (error) {
    return error instanceof DOMException && error.name === "NotAllowedError" ? "refused" : "no_camera";
  }
}
