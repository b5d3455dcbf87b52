/**
 * Builds the phone into `server/web_dist`, where the server (and the wheel) finds it.
 *
 * The service worker is ours (`src/sw.ts`); the plugin only tells it the exact list of files to keep.
 */
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";

export default defineConfig({
  define: { __VERSION__: JSON.stringify(process.env.npm_package_version ?? "0") },
  build: {
    outDir: "../server/web_dist",
    emptyOutDir: true,
    target: ["chrome120", "firefox129", "safari17"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8000", "/sync": "http://127.0.0.1:8000" } },
  plugins: [
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src",
      filename: "sw.ts",
      registerType: "prompt",
      injectRegister: false,
      // Icons and the manifest are listed by the plugin itself; a file listed twice makes the worker's install fail.
      injectManifest: { globPatterns: ["**/*.{html,js,css,wasm}"] },
      manifest: {
        id: "/",
        name: "Doseledger",
        short_name: "Doseledger",
        description: "School immunization records that work without a network.",
        start_url: "/",
        scope: "/",
        display: "standalone",
        orientation: "any",
        background_color: "#f6f4ee",
        theme_color: "#0d4f52",
        categories: ["medical", "health"],
        icons: [
          { src: "/icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" },
          { src: "/icon-192.png", sizes: "192x192", type: "image/png", purpose: "any" },
          { src: "/icon-512.png", sizes: "512x512", type: "image/png", purpose: "any" },
          { src: "/icon-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
        ],
      },
    }),
  ],
});
