// A long list in the page's own scrolling: only the rows in and near the window exist, gaps stand
// for the others. Rows may be of any height, and change it; they are measured while they exist.
// The row that has the focus stays, however far one scrolls, so that nothing is lost on the way.

import type { ComponentChildren, JSX, Ref } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { between, pieces, tops, type Range } from "./virtual.ts";

const MARGIN = 0.75; // of the window's height: how far rows exist above and below it
const SLACK = 0.35; // and how far one scrolls before others are drawn

const ANCHORS = typeof CSS !== "undefined" && CSS.supports("overflow-anchor", "auto");

interface Props {
  ids: readonly string[];
  /** What stands for a row; an element with `data-id`. */
  row: (id: string, place: { "aria-posinset": number; "aria-setsize": number }) => JSX.Element;
  /** How high a row may be that nobody has seen yet, in a list so wide. */
  guess: (id: string, width: number) => number;
  class?: string;
  listRef?: Ref<HTMLUListElement>;
}

/** The rows' heights in a list of one width. */
class Heights {
  width = 0;
  readonly #seen = new Map<string, number>();
  readonly #guessed = new Map<string, number>();

  of(id: string, guess: Props["guess"]): number {
    const seen = this.#seen.get(id) ?? this.#guessed.get(id);
    if (seen !== undefined) return seen;
    const made = guess(id, this.width);
    this.#guessed.set(id, made);
    return made;
  }

  /** Takes down what `list` shows; whether anything is other than it was thought. */
  measure(list: HTMLElement): boolean {
    const width = list.clientWidth;
    let changed = width !== this.width;
    if (changed) {
      this.width = width;
      this.#seen.clear();
      this.#guessed.clear();
    }
    for (const row of list.querySelectorAll<HTMLElement>(":scope > [data-id]")) {
      const id = row.dataset["id"] ?? "";
      const height = row.getBoundingClientRect().height;
      const was = this.#seen.get(id) ?? this.#guessed.get(id) ?? 0;
      if (Math.abs(was - height) > 0.5) changed = true;
      this.#seen.set(id, height);
    }
    return changed;
  }
}

/** What of the list is in the window, with a margin; in px from the list's top. */
function inWindow(list: HTMLElement, margin: number): [above: number, below: number] {
  const top = list.getBoundingClientRect().top;
  const reach = innerHeight * margin;
  return [-top - reach, -top + innerHeight + reach];
}

export function VirtualList({ ids, row, guess, class: name, listRef }: Props) {
  const list = useRef<HTMLUListElement | null>(null);
  const heights = useRef(new Heights()).current;
  const [, draw] = useState(0);
  const range = useRef<Range>({ from: 0, to: 0 });
  const all = tops(ids, (id) => heights.of(id, guess));
  const again = (): void => draw((n) => n + 1);

  const aim = (): void => {
    if (list.current !== null) range.current = between(all, ...inWindow(list.current, MARGIN));
  };
  // the first time there is no list yet to ask where it is
  if (list.current === null) range.current = { from: 0, to: Math.min(ids.length, 12) };
  else aim();
  const focused = list.current?.contains(document.activeElement)
    ? document.activeElement?.closest<HTMLElement>("[data-id]")?.dataset["id"]
    : undefined;
  const held = anchor(list.current);

  useLayoutEffect(() => {
    if (list.current === null) return;
    if (!ANCHORS) steady(list.current, held);
    const { from, to } = range.current;
    if (heights.measure(list.current)) again();
    else {
      aim();
      if (range.current.from !== from || range.current.to !== to) again();
    }
  });

  useEffect(() => {
    const place = list.current;
    if (place === null) return undefined;
    let asked = false;
    const look = (): void => {
      asked = false;
      const [above, below] = inWindow(place, MARGIN - SLACK);
      const need = between(latest.current, above, below);
      const { from, to } = range.current;
      if (need.to > need.from && (need.from < from || need.to > to)) again();
    };
    const soon = (): void => {
      if (asked) return;
      asked = true;
      requestAnimationFrame(look);
    };
    // rows wrap anew, texts are enlarged, a reply comes: the list says so by its own size
    const sized = new ResizeObserver(() => heights.measure(place) && again());
    sized.observe(place);
    place.addEventListener("focusin", again); // the neighbours, before the next key
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon);
    return () => {
      sized.disconnect();
      place.removeEventListener("focusin", again);
      removeEventListener("scroll", soon);
      removeEventListener("resize", soon);
    };
  }, []);

  const latest = useRef(all);
  latest.current = all;

  const parts: ComponentChildren[] = [];
  let gaps = 0;
  const at = focused === undefined ? -1 : ids.indexOf(focused);
  // with its neighbours, so that the Tab key has somewhere to go
  for (const piece of pieces(all, range.current, at < 0 ? [] : [at - 1, at, at + 1]))
    if ("gap" in piece)
      parts.push(
        <li
          key={`gap-${gaps++}`}
          role="presentation"
          aria-hidden="true"
          style={{ height: `${piece.gap}px` }}
        />,
      );
    else
      for (let i = piece.rows.from; i < piece.rows.to; i++) {
        const id = ids[i];
        if (id !== undefined)
          parts.push(row(id, { "aria-posinset": i + 1, "aria-setsize": ids.length }));
      }

  return (
    <ul
      role="list"
      class={name}
      ref={(made) => {
        list.current = made;
        if (typeof listRef === "function") listRef(made);
        else if (listRef) listRef.current = made;
      }}
    >
      {parts}
    </ul>
  );
}

type Held = { row: HTMLElement; top: number } | null;

/** The first row in the window, for browsers that do not keep it in its place by themselves. */
function anchor(list: HTMLElement | null): Held {
  if (ANCHORS || list === null) return null;
  for (const row of list.querySelectorAll<HTMLElement>(":scope > [data-id]")) {
    const { top, bottom } = row.getBoundingClientRect();
    if (bottom > 0)
      return top < innerHeight && list.getBoundingClientRect().top < 0 ? { row, top } : null;
  }
  return null;
}

function steady(list: HTMLElement, held: Held): void {
  if (held === null || !list.contains(held.row)) return;
  const moved = held.row.getBoundingClientRect().top - held.top;
  if (Math.abs(moved) > 1) scrollBy({ top: moved, behavior: "instant" });
}
