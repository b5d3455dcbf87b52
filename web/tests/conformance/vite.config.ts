/** Builds the page of the conformance suite, by itself and without a service worker. */
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  build: { emptyOutDir: true, target: ["chrome120"], assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
