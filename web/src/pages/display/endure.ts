// What keeps a screen going when nobody is there: light, a watchdog, a shelf for when there is no
// network, and new pages when the server has new ones.

import { effect, signal } from "@preact/signals";
import type { Moment } from "../../displays/moment.ts";
import { differs, recover } from "./leave.ts";

/** Keeps the screen lit, where the browser can. */
export function stayAwake(): void {
  const ask = async (): Promise<void> => {
    if (document.visibilityState !== "visible") return;
    try {
      const lock = await navigator.wakeLock?.request("screen");
      lock?.addEventListener("release", () => setTimeout(() => void ask(), 1000), { once: true });
    } catch {
      // not here, or not now: the next look at the page asks again
    }
  };
  document.addEventListener("visibilitychange", () => void ask());
  void ask();
}

const LOOK_MS = 5000;
const STALL_MS = 20_000;
const STRIKES = 2; // a machine that slept looks as if it had stalled, once

/** Starts again when nothing is drawn any more: `lastDrawn` tells when something was. */
export function watch(lastDrawn: () => number): void {
  let strikes = 0;
  let asked: number | null = null;
  setInterval(() => {
    const at = performance.now();
    const visible = document.visibilityState === "visible";
    const stuck = visible && asked !== null && at - asked > STALL_MS;
    strikes = stuck || at - lastDrawn() > STALL_MS ? strikes + 1 : 0;
    if (strikes >= STRIKES) recover();
    if (!visible) asked = null;
    else if (asked === null) {
      asked = at;
      requestAnimationFrame(() => (asked = null));
    }
  }, LOOK_MS);
}

const SHELVE_MS = 5000; // by then fonts are there too

/** Lets the worker keep this page and all it is made of (worker.ts); needs HTTPS or localhost. */
export function shelve(): void {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (workers === undefined) return;
  const tell = async (): Promise<void> => {
    const made = performance
      .getEntriesByType("resource")
      .map((one) => new URL(one.name))
      .filter((one) => one.origin === location.origin && one.pathname.startsWith("/static/"))
      .map((one) => one.pathname);
    const { active } = await workers.ready;
    active?.postMessage({ keep: [...new Set(made)] });
  };
  workers
    .register("/display-worker.js", { scope: "/display" })
    .then(() => setTimeout(() => void tell(), SHELVE_MS))
    .catch((problem: unknown) => console.warn("This page cannot be kept:", problem));
}

const CHECK_MS = 10 * 60_000;
const RETRY_MS = 60_000;

/** Looks now and then whether the server has other pages, and takes them between two sessions. */
export function renewBetween(moment: () => Moment | null): { look: () => void } {
  /** The moment in which it was found out; null: there is nothing new. */
  const due = signal<string | null>(null);
  const minute = signal(0);
  const look = async (): Promise<void> => {
    if (due.peek() === null && (await differs())) due.value = moment()?.key ?? "";
  };
  setInterval(() => void look(), CHECK_MS * (0.9 + Math.random() / 5));
  setInterval(() => due.peek() !== null && minute.value++, RETRY_MS);
  effect(() => {
    void minute.value; // a start again may be refused, as too soon after another
    if (due.value === null) return;
    const now = moment();
    if (now?.is !== "live" || now.key !== due.value) recover();
  });
  return { look: () => void look() };
}
