/** One stretching, beside the screen (stretch.ts): Argon2id by hash-wasm, which carries its WebAssembly in itself. */
import { argon2id } from "hash-wasm";
import type { Answer, Asked } from "./stretch";

addEventListener("message", ({ data: { pin, salt, cost } }: MessageEvent<Asked>) => {
  const how = { password: pin, salt, iterations: cost.passes, memorySize: cost.memoryKib, parallelism: 1 };
  const answer = (told: Answer) => postMessage(told);
  argon2id({ ...how, hashLength: 32, outputType: "binary" }).then(
    (made) => answer(new Uint8Array(made)),
    (error: unknown) => answer({ failed: String(error) }),
  );
});
