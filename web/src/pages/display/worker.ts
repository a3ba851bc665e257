// Keeps a screen's page and what it is made of, so that one that is switched on without a network comes
// up all the same. What the network has is newer, and comes first. Built as display-worker.js.

interface FetchEvent extends Event {
  request: Request;
  respondWith(answer: Promise<Response>): void;
  waitUntil(work: Promise<unknown>): void;
}

interface Worker {
  addEventListener(type: "fetch", act: (event: FetchEvent) => void): void;
  addEventListener(
    type: "install" | "activate",
    act: (event: Pick<FetchEvent, "waitUntil">) => void,
  ): void;
  addEventListener(
    type: "message",
    act: (event: Pick<FetchEvent, "waitUntil"> & { data: { keep?: string[] } }) => void,
  ): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
}

const worker = self as unknown as Worker;
const SHELF = "display";
const PAGE = "/display";
const PATIENCE_MS = 5000;

/** Keeps the page, without the server's time: that is not true any more when it is needed. */
async function keepPage(answer: Response): Promise<void> {
  const text = (await answer.text()).replace(/"server_ms":\s*\d+,?/, "");
  const shelf = await caches.open(SHELF);
  await shelf.put(PAGE, new Response(text, { headers: answer.headers }));
}

async function page(event: FetchEvent): Promise<Response> {
  try {
    const { search } = new URL(event.request.url);
    const options = { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) } as const;
    const answer = await fetch(PAGE + search, options);
    if (answer.ok) {
      event.waitUntil(keepPage(answer.clone()));
      return answer;
    }
    return (await caches.match(PAGE)) ?? answer;
  } catch {
    return (await caches.match(PAGE)) ?? Response.error();
  }
}

/** What never changes under its name. */
async function asset(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(SHELF)).put(request, answer.clone());
  return answer;
}

/** A picture, such as a logo: as the network has it, else as it was. */
async function picture(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    if (answer.ok || answer.type === "opaque")
      await (await caches.open(SHELF)).put(request, answer.clone());
    return answer;
  } catch {
    return (await caches.match(request)) ?? Response.error();
  }
}

/** Keeps all that the page is made of, and drops what pages before it were made of. */
async function keep(paths: readonly string[]): Promise<void> {
  const shelf = await caches.open(SHELF);
  const names = new Set(paths);
  for (const { url } of await shelf.keys()) {
    const { pathname } = new URL(url);
    if (!pathname.startsWith("/static/app/")) continue;
    if (names.has(pathname)) names.delete(pathname);
    else await shelf.delete(url);
  }
  await shelf.addAll([...names]);
  const answer = await fetch(PAGE, { cache: "no-store" });
  if (answer.ok) await keepPage(answer);
}

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (event) => {
  if (event.data.keep !== undefined) event.waitUntil(keep(event.data.keep));
});
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const own = url.origin === location.origin;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    if (own && url.pathname === PAGE) event.respondWith(page(event));
  } else if (own && url.pathname.startsWith("/static/app/")) event.respondWith(asset(request));
  else if (request.destination === "image") event.respondWith(picture(request));
});
