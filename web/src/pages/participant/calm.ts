// An order of many is not made anew for each vote: how long it took says how long it may stand.

import { useEffect, useRef, useState } from "preact/hooks";

const SHARE = 12; // what took 10 ms is made again 120 ms later at the earliest

interface Made {
  ids: readonly string[];
  table: unknown;
  inputs: string;
  at: number;
  took: number;
}

/** What `make` makes; anew at once for other `inputs`, a little later for another `table`. */
export function useCalm(
  make: () => readonly string[],
  table: unknown,
  inputs: string,
): readonly string[] {
  const made = useRef<Made | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [, again] = useState(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const last = made.current;
  if (last !== null && last.inputs === inputs) {
    if (last.table === table) return last.ids;
    const wait = last.at + last.took * SHARE - performance.now();
    if (wait > 0) {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => again((n) => n + 1), wait);
      return last.ids;
    }
  }
  const begun = performance.now();
  const ids = make();
  const at = performance.now();
  const kept = last !== null && alike(last.ids, ids) ? last.ids : ids;
  made.current = { ids: kept, table, inputs, at, took: at - begun };
  return kept;
}

function alike(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, i) => other[i] === id);
}
