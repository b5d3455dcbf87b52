/** A picture of a paper from the phone's camera or files: scaled down until it can be read and sent, as JPEG. */
import type { Bytes } from "../events/bytes";

const LONG_SIDE_MAX = 2000;
const QUALITIES = [0.8, 0.6, 0.4];
const WANTED_BYTES_MAX = 1024 * 1024;

/** The picture as it will be kept. Null where the file is none this browser can read. */
export async function scaledDown(file: Blob): Promise<Bytes | null> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return null;
  }
  const scale = Math.min(1, LONG_SIDE_MAX / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  let made: Blob | null = null;
  for (const quality of QUALITIES) {
    made = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (made !== null && made.size <= WANTED_BYTES_MAX) break;
  }
  return made === null ? null : new Uint8Array(await made.arrayBuffer());
}
