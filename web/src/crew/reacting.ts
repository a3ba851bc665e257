// How a room reacts: what came of each kind within the last minute. Pure.

export const SPAN_MS = 60_000;

/** What was told at once: so many of each kind, when. */
export interface Told {
  at: number;
  counts: Readonly<Record<string, number>>;
}

/** What still counts at an instant: the rest is too long ago. */
export function still(told: readonly Told[], at: number): Told[] {
  return told.filter((one) => at - one.at < SPAN_MS);
}

/** How many of each kind came within the last minute. */
export function inTheLastMinute(told: readonly Told[], at: number): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const one of still(told, at))
    for (const [kind, n] of Object.entries(one.counts)) sums.set(kind, (sums.get(kind) ?? 0) + n);
  return sums;
}
