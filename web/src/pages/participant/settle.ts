// An order that does not jump while it is read. What is gone is gone at once; a new order and new
// entries are taken over at the top of the list, when the reader has left the page alone for a
// moment, and move there in one short glide. Further down nothing moves until the reader says so.

import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

const IDLE_MS = 2500;

let touchedAt = 0;

if (typeof document !== "undefined")
  for (const kind of ["pointerdown", "pointermove", "touchmove", "wheel", "keydown", "scroll"])
    document.addEventListener(kind, () => (touchedAt = performance.now()), {
      passive: true,
      capture: true,
    });

export interface Settled {
  /** The ids to show, in the order to show them. */
  shown: readonly string[];
  /** How many wait above, out of sight. */
  fresh: number;
  /** Takes everything over now. */
  take: () => void;
}

/** Follows `wanted` calmly. Another `view` (a tab) is taken over at once. */
export function useSettled(
  wanted: readonly string[],
  view: string,
  list: RefObject<HTMLElement | null>,
): Settled {
  const [held, setHeld] = useState<{ view: string; ids: readonly string[] }>({ view, ids: wanted });
  const [away, setAway] = useState(false);
  const tops = useRef<Map<string, number> | null>(null);
  const now = held.view === view ? held.ids : wanted;
  const { shown, fresh } = compare(now, wanted);
  const differs = fresh > 0 || wanted.some((id, i) => shown[i] !== id);

  const adopt = (ids: readonly string[]): void => {
    tops.current = topsOf(list.current);
    setHeld({ view, ids });
  };

  useEffect(() => {
    if (held.view !== view) setHeld({ view, ids: wanted });
  }, [view]);

  useEffect(() => {
    if (!differs) return undefined;
    const look = (): void => {
      const above = (list.current?.getBoundingClientRect().top ?? 0) < 0;
      setAway(above);
      const untouched = performance.now() - touchedAt > IDLE_MS;
      if (shown.length === 0 || (untouched && !above)) adopt(wanted);
    };
    look();
    const timer = setInterval(look, 400);
    return () => clearInterval(timer);
  }, [wanted, differs, held]);

  useLayoutEffect(() => {
    const before = tops.current;
    tops.current = null;
    if (before !== null) glide(list.current, before);
  }, [held]);

  return { shown, fresh: away ? fresh : 0, take: () => adopt(wanted) };
}

/** What is left of `now`, and how many of `wanted` are not in it. */
function compare(
  now: readonly string[],
  wanted: readonly string[],
): { shown: readonly string[]; fresh: number } {
  if (now === wanted) return { shown: now, fresh: 0 };
  const there = new Set(wanted);
  const shown = now.filter((id) => there.has(id));
  return { shown, fresh: wanted.length - shown.length };
}

function rows(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>(":scope > [data-id]") ?? [])];
}

function topsOf(list: HTMLElement | null): Map<string, number> {
  return new Map(rows(list).map((row) => [row.dataset["id"] ?? "", row.offsetTop]));
}

function glide(list: HTMLElement | null, before: ReadonlyMap<string, number>): void {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const row of rows(list)) {
    const was = before.get(row.dataset["id"] ?? "");
    const by = was === undefined ? 0 : was - row.offsetTop;
    const frames =
      was === undefined
        ? [{ opacity: 0 }, { opacity: 1 }]
        : [{ transform: `translateY(${by}px)` }, { transform: "none" }];
    if (was === undefined || by !== 0)
      row.animate(frames, { duration: 200, easing: "cubic-bezier(0.2, 0, 0, 1)" });
  }
}
