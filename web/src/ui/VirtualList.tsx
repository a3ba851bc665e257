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

/** The rows' heights in a list of one width, and where that puts them. */
class Heights {
  width = 0;
  ids: readonly string[] = [];
  tops = tops(new Float64Array(0));
  #heights = new Float64Array(0);
  readonly #seen = new Map<string, number>();
  readonly #guessed = new Map<string, number>();

  /** Lays the rows out, seen ones as they were seen. */
  layOut(ids: readonly string[], guess: Props["guess"]): void {
    if (ids === this.ids) return;
    this.ids = ids;
    this.#heights = Float64Array.from(ids, (id) => this.#of(id, guess));
    this.tops = tops(this.#heights);
  }

  #of(id: string, guess: Props["guess"]): number {
    const known = this.#seen.get(id) ?? this.#guessed.get(id);
    if (known !== undefined) return known;
    const made = guess(id, this.width);
    this.#guessed.set(id, made);
    return made;
  }

  /** Takes down what `list` shows; whether it has another width now, so that all is guessed anew. */
  measure(list: HTMLElement): boolean {
    const width = list.clientWidth;
    const wider = width !== this.width;
    if (wider) {
      this.width = width;
      this.#seen.clear();
      this.#guessed.clear();
    }
    let changed = false;
    for (const row of list.querySelectorAll<HTMLElement>(":scope > [data-id]")) {
      const height = row.getBoundingClientRect().height;
      const place = Number(row.getAttribute("aria-posinset")) - 1;
      this.#seen.set(row.dataset["id"] ?? "", height);
      if (Math.abs((this.#heights[place] ?? height) - height) <= 0.5) continue;
      this.#heights[place] = height;
      changed = true;
    }
    if (wider) this.ids = [];
    else if (changed) this.tops = tops(this.#heights);
    return wider;
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
  heights.layOut(ids, guess);
  const again = (): void => draw((n) => n + 1);

  const aim = (): void => {
    if (list.current !== null)
      range.current = between(heights.tops, ...inWindow(list.current, MARGIN));
  };
  // the first time there is no list yet to ask where it is
  if (list.current === null) range.current = { from: 0, to: Math.min(ids.length, 12) };
  else aim();
  const focused = list.current?.contains(document.activeElement)
    ? document.activeElement?.closest<HTMLElement>("[data-id]")?.dataset["id"]
    : undefined;
  const held = anchor(list.current);

  const look = (): void => {
    if (list.current === null) return;
    const { from, to } = range.current;
    const need = between(heights.tops, ...inWindow(list.current, MARGIN - SLACK));
    if (need.to > need.from && (need.from < from || need.to > to)) again();
  };
  // rows that exist are as high as they are; only if they fill the window no more, others are drawn
  const settle = (): void => {
    if (list.current === null) return;
    if (heights.measure(list.current)) again();
    else look();
  };

  useLayoutEffect(() => {
    if (list.current !== null && !ANCHORS) steady(list.current, held);
    settle();
  });

  useEffect(() => {
    const place = list.current;
    if (place === null) return undefined;
    let asked = 0;
    const soon = (): void => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(look);
    };
    // rows wrap anew, texts are enlarged, a reply comes: the list says so by its own size
    const sized = new ResizeObserver(settle);
    sized.observe(place);
    place.addEventListener("focusin", again); // the neighbours, before the next key
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon);
    return () => {
      sized.disconnect();
      cancelAnimationFrame(asked);
      place.removeEventListener("focusin", again);
      removeEventListener("scroll", soon);
      removeEventListener("resize", soon);
    };
  }, []);

  const parts: ComponentChildren[] = [];
  let gaps = 0;
  const at = focused === undefined ? -1 : ids.indexOf(focused);
  // with its neighbours, so that the Tab key has somewhere to go
  for (const piece of pieces(heights.tops, range.current, at < 0 ? [] : [at - 1, at, at + 1]))
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
