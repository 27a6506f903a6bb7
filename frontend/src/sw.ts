// The service worker: shows /offline when a page cannot be fetched. It keeps that
// page and the files it needs, nothing else: no page with personal data is ever kept.
export {};
declare const self: ServiceWorkerGlobalScope;

const cacheName = "torg-offline-1";
const offlinePage = "/offline";

self.addEventListener("install", (event) => {
  event.waitUntil(keepOfflinePage().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(removeOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => kept(offlinePage)));
  } else if (/^\/(assets|theme)\//.test(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(() => kept(request)));
  }
});

async function keepOfflinePage(): Promise<void> {
  const response = await fetch(offlinePage, { cache: "no-store", credentials: "omit", headers: { "Accept-Language": language() } });
  if (!response.ok) throw new Error("no offline page");
  const cache = await caches.open(cacheName);
  await cache.put(offlinePage, response.clone());
  const html = await response.text();
  const files = [...html.matchAll(/(?:href|src)="(\/(?:assets|theme)\/[^"]+)"/g)].map((match) => match[1] as string);
  await cache.addAll(files);
}

/** The language of the page that installed the worker; it carries no cookie to tell. */
function language(): string {
  return new URL(self.location.href).searchParams.get("lang") || "nb";
}

async function removeOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== cacheName).map((name) => caches.delete(name)));
}

async function kept(request: RequestInfo): Promise<Response> {
  return (await caches.match(request)) ?? Response.error();
}
