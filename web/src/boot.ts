// What the server put into the page: which page it is, of which event, in which language.

import { setAccent } from "./accent.ts";
import { setOffset } from "./net/clock.ts";

/** A catalog: the English text, with its translation or its plural forms. */
export type Catalog = Record<string, string | string[]>;

export interface Boot {
  page: string;
  /** The event's slug; absent on the home page and on an unpaired display. */
  event?: string;
  room?: string;
  locale: string;
  messages: Catalog;
  version: string;
  /** Where participants join, readable: what a QR code says. */
  join_url?: string;
  /** The server's time when it made the page. */
  server_ms?: number;
  timezone?: string;
  accent?: string;
  /** The event's title. */
  title?: string;
  /** Where the QR code of `join_url` is drawn. */
  qr_url?: string;
  public_url?: string;
  /** Displays: whether this one is paired already. */
  paired?: boolean;
  [more: string]: unknown;
}

function read(): Boot {
  const found =
    typeof document === "undefined" ? null : document.getElementById("boot")?.textContent;
  return found
    ? (JSON.parse(found) as Boot)
    : { page: "", locale: "en", messages: {}, version: "" };
}

export const boot = read();

function start(): void {
  setAccent(boot.accent ?? document.documentElement.dataset["accent"]);
  if (boot.server_ms === undefined) return;
  const [load] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  // only a page that came fresh from the server tells its time; the connection soon tells better
  if (load !== undefined && load.transferSize > 0 && load.type !== "back_forward")
    setOffset(boot.server_ms - (performance.timeOrigin + load.responseStart));
}

if (typeof document !== "undefined") start();
