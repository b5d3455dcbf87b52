/**
 * The app without a network: keeps exactly the built files (an exact list, made by the build), answers every page
 * with the shell, and never touches what is about people: those requests go to the server or nowhere.
 */
/// <reference lib="webworker" />
declare const self: ServiceWorkerGlobalScope & {
  readonly __WB_MANIFEST: readonly { readonly url: string; readonly revision: string | null }[];
};

const FILES = self.__WB_MANIFEST;
const SHELL = "/index.html";
const CACHE = `doseledger ${hash(FILES.map((file) => `${file.url} ${file.revision}`).join("\n"))}`;
const LIVE = ["/api/", "/sync", "/enroll", "/photos/", "/news", "/log/", "/health", "/schema"];

/** A name for this list of files: 32 bits of FNV-1a are enough to tell two builds apart. */
function hash(words: string): string {
  let sum = 0x811c9dc5;
  for (let i = 0; i < words.length; i += 1) sum = Math.imul(sum ^ words.charCodeAt(i), 0x01000193) >>> 0;
  return sum.toString(16);
}

self.addEventListener("install", (event) => {
  const urls = FILES.map((file) => new Request(`/${file.url.replace(/^\//, "")}`, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(urls)));
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("message", (event) => {
  if (event.data === "take over") void self.skipWaiting();
  if (event.data === "what lacks") event.waitUntil(lacking().then((lost) => event.ports[0]?.postMessage(lost)));
});

/** Files of the list that are not kept any more, as paths: a browser may drop single ones. */
async function lacking(): Promise<readonly string[]> {
  const cache = await caches.open(CACHE);
  const kept = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  return FILES.map(({ url }) => `/${url.replace(/^\//, "")}`).filter((path) => !kept.has(path));
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (LIVE.some((path) => url.pathname.startsWith(path))) return;
  const asked = event.request.mode === "navigate" ? SHELL : url.pathname;
  event.respondWith(
    caches
      .open(CACHE)
      .then((cache) => cache.match(asked))
      .then((kept) => kept ?? fetch(event.request)),
  );
});
