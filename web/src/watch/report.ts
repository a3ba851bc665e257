// What this page tells the crew of its picture, without a name: how late it is, how often it stood
// still. Nothing from pages that do not watch.

import { reportWatch } from "../state/store.ts";
import { late } from "./step.ts";

const EVERY_MS = 20_000;
const LEAST_MS = 5000;
const LATE_MOST_S = 300;

export interface Figures {
  state: "playing" | "stalled" | "lost" | "paused";
  /** How often and for how long the picture has stood still since the page was opened. */
  stalls: number;
  stalled_s: number;
  kbps?: number;
}

/** Reports on `room` until what it returns is called; `look` answers null while nobody watches. */
export function report(room: string, look: () => Figures | null): () => void {
  let sent = { at: -Infinity, state: "" };
  const timer = setInterval(() => {
    const found = look();
    if (found === null) return;
    const since = performance.now() - sent.at;
    if (since < (found.state === sent.state ? EVERY_MS : LEAST_MS)) return;
    sent = { at: performance.now(), state: found.state };
    const lateS = late.peek() === null ? undefined : Math.round((late.peek() ?? 0) / 100) / 10;
    reportWatch({
      room,
      ...found,
      ...(lateS !== undefined && lateS <= LATE_MOST_S && { late_s: lateS }),
    });
  }, 1000);
  return () => clearInterval(timer);
}
