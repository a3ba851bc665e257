// What the server tells of the rooms' streams and of those who watch them, with the last ten minutes of
// each room, as this desk saw them.

import { effect, signal, type ReadonlySignal } from "@preact/signals";
import { serverNow } from "../../net/clock.ts";
import { streams } from "../../state/store.ts";
import { remember, type Moment } from "./streams.ts";

const moments_ = signal<Readonly<Record<string, readonly Moment[]>>>({});
/** The last minutes of each room's viewers, the newest last. */
export const moments: ReadonlySignal<Readonly<Record<string, readonly Moment[]>>> = moments_;

/** Remembers what is told, for as long as the page lives. */
export function watchStreams(): () => void {
  return effect(() => {
    const told = streams.value;
    if (told === null) return;
    const at = serverNow();
    const next: Record<string, readonly Moment[]> = { ...moments_.peek() };
    for (const [room, one] of Object.entries(told.rooms)) {
      const of = one.viewers;
      if (of === undefined) continue;
      next[room] = remember(next[room] ?? [], {
        at,
        watching: of.watching,
        late_s: of.late_s?.p50 ?? null,
        stalls: of.stalls_per_min,
      });
    }
    moments_.value = next;
  });
}
