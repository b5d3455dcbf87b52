/** Core tests run in Node's own WebCrypto; screens are tested in a real browser (tests/browser). */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["tests/**/*.test.ts", "src/**/*.test.ts"], environment: "node", testTimeout: 20_000 },
});
