// What this page tells the crew of its picture, without a name: how late it is, how often it stood
// still. Nothing from pages that do not watch.

import { reportWatching } from "../state/store.ts";
import { late } from "./step.ts";

const EVERY_MS = 20_000;
const LEAST_MS = 5000;

export interface Figures {
  state: "playing" | "stalled" | "lost" | "paused";
  /** How often and for how long the picture has stood still since the page was opened. */
  stalls: number;
  stalled_s: number;
  kbps?: number;
}

/** Reports on `room` until what it returns is called; `look` answers null while nobody watches. */
export function report(room: string, look: () => Figures | null): () => void {
  let sent = { at: -Infinity, state: "", stalls: 0, stalled_s: 0 };
  const timer = setInterval(() => {
    const found = look();
    if (found === null) return;
    const since = performance.now() - sent.at;
    if (since < (found.state === sent.state ? EVERY_MS : LEAST_MS)) return;
    const ms = late.peek();
    reportWatching({
      room,
      state: found.state,
      stalls: found.stalls - sent.stalls,
      stalled_s: tenths(found.stalled_s - sent.stalled_s),
      ...(ms !== null && { late_s: tenths(ms / 1000) }),
      ...(found.kbps !== undefined && { kbps: found.kbps }),
    });
    sent = { ...found, at: performance.now() };
  }, 1000);
  return () => clearInterval(timer);
}

function tenths(s: number): number {
  return Math.round(s * 10) / 10;
}
