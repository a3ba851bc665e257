// How a screen starts again: never into a browser's error page, and never in a circle.

import { boot } from "../../boot.ts";
import { forget } from "../../state/store.ts";

const SLOT = "streamhub.reloaded";
const CIRCLE_MS = 5 * 60_000;

/** The page as the server would give it now; null when the server is away. */
async function fresh(): Promise<string | null> {
  try {
    const answer = await fetch("/display", {
      cache: "no-store",
      signal: AbortSignal.timeout(10_000),
    });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

/** Whether the page would come up without the server. */
async function isShelved(): Promise<boolean> {
  if (!navigator.serviceWorker?.controller) return false;
  return (await caches.match("/display")) !== undefined;
}

/** Loads the page anew once the server is there to give it, or from the shelf where that `may` do. */
export async function startAgain(may = false): Promise<void> {
  for (let wait = 1000; (await fresh()) === null; wait = Math.min(wait * 2, 30_000)) {
    if (may && (await isShelved())) break;
    await new Promise((done) => setTimeout(done, wait * (0.5 + Math.random())));
  }
  location.reload();
}

/** This device is no display (any longer): back to pairing, with nothing kept. */
export function unpair(): void {
  forget();
  try {
    localStorage.removeItem("streamhub.display");
  } catch {
    // nothing could be kept here
  }
  void startAgain();
}

/** For what went wrong here: starts again, at most every five minutes. */
export function recover(): void {
  try {
    const last = Number(localStorage.getItem(SLOT) ?? 0);
    if (Math.abs(Date.now() - last) < CIRCLE_MS) return;
    localStorage.setItem(SLOT, String(Date.now()));
  } catch {
    return; // what cannot be counted could go in a circle
  }
  void startAgain(true);
}

/** Whether the server has other pages than this one. */
export async function differs(): Promise<boolean> {
  const page = await fresh();
  if (page === null) return false;
  const read = new DOMParser().parseFromString(page, "text/html");
  const theirs = JSON.parse(read.getElementById("boot")?.textContent ?? "{}") as typeof boot;
  const scripts = (of: Document): string =>
    [...of.querySelectorAll("script[src], link[rel=stylesheet]")]
      .map((one) => one.getAttribute("src") ?? one.getAttribute("href"))
      .join();
  return theirs.version !== boot.version || scripts(read) !== scripts(document);
}
