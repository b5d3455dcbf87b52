/**
 * The camera as a reader of 2D codes, where the browser can (BarcodeDetector). Where it cannot, or where the camera is
 * refused or absent, that is said: a hand scanner and typing remain.
 */
export type CameraProblem = "no_reader" | "refused" | "no_camera";

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
  onText: (text: string) => void,
): Promise<Watching | CameraProblem> {
  const detector = await makeDetector();
  if (detector === null) return "no_reader";
  const stream = await openCamera();
  if (typeof stream === "string") return stream;
  video.srcObject = stream;
  await video.play();
  let busy = false;
  const timer = setInterval(async () => {
    if (busy) return;
    busy = true;
    // A frame that cannot be read is no news: the next one comes in a moment.
    const found = await detector.detect(video).catch(() => []);
    busy = false;
    const text = found[0]?.rawValue;
    if (text !== undefined) onText(text);
  }, LOOK_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
    },
  };
}

async function makeDetector(): Promise<Detector | null> {
  const maker = (globalThis as { BarcodeDetector?: DetectorMaker }).BarcodeDetector;
  if (maker === undefined) return null;
  const formats = await maker.getSupportedFormats();
  return formats.includes("data_matrix") ? new maker({ formats: ["data_matrix"] }) : null;
}

async function openCamera(): Promise<MediaStream | CameraProblem> {
  if (navigator.mediaDevices === undefined) return "no_camera";
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch (error) {
    return error instanceof DOMException && error.name === "NotAllowedError" ? "refused" : "no_camera";
  }
}
