// A long list on a wall: as large as all of it fits, else in pages that turn by themselves. Which page
// it is follows from the time alone, so that screens side by side turn together.

import type { RefObject } from "preact";
import { useComputed } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { tongue } from "../i18n.ts";
import { now } from "../net/clock.ts";
import { measured } from "./fit.ts";

export const TURN_MS = 15_000;
const STEPS = 10;

export interface PagesOptions {
  /** The size of the rows, in hundredths of the shorter side: between these where all fit. */
  least: number;
  most: number;
  /** Where they do not. */
  paged: number;
  /** How many compositions there are before that, from roomy (0) to dense: `data-dense` of the box. */
  dense?: number;
}

type Edges = readonly (readonly [number, number])[];

/**
 * Where pages begin, so that each holds whole rows and no page more than it must: `edges` are the rows'
 * tops and bottoms.
 */
export function breaksOf(edges: Edges, height: number): number[] {
  const fewest = filled(edges, height);
  let [low, high] = [0, height];
  while (high - low > 1) {
    const middle = (low + high) / 2;
    if (filled(edges, middle).length > fewest.length) low = middle;
    else high = middle;
  }
  return filled(edges, high);
}

function filled(edges: Edges, height: number): number[] {
  const breaks = [0];
  let top = edges[0]?.[0] ?? 0;
  edges.forEach(([start, end], row) => {
    if (end - top <= height || row === breaks.at(-1)) return;
    breaks.push(row);
    top = start;
  });
  return breaks;
}

function measure(box: HTMLElement, options: PagesOptions): number[] {
  const { least, most, paged, dense = 1 } = options;
  const list = box.firstElementChild as HTMLElement | null;
  if (list === null || box.clientHeight === 0) return [0];
  const set = (size: number): void => box.style.setProperty("--rows", `${size / STEPS}cqmin`);
  const fits = (): boolean => list.offsetHeight <= box.clientHeight + 1;
  for (let level = 0; level < dense; level++) {
    box.dataset["dense"] = String(level);
    let [low, high] = [least * STEPS, most * STEPS];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      set(middle);
      if (fits()) low = middle;
      else high = middle - 1;
    }
    set(low);
    if (fits()) return [0];
  }
  box.dataset["dense"] = "0";
  set(paged * STEPS);
  const rows = [...list.children] as HTMLElement[];
  const edges = rows.map((row) => [row.offsetTop, row.offsetTop + row.offsetHeight] as const);
  return breaksOf(edges, box.clientHeight);
}

/** A box whose first child is the list; `text` names what is in it. `page` of `pages` is shown. */
export function usePages(
  text: string,
  options: PagesOptions,
): { box: RefObject<HTMLDivElement | null>; page: number; pages: number } {
  const box = useRef<HTMLDivElement>(null);
  const [breaks, setBreaks] = useState<number[]>([0]);
  const turn = useComputed(() => Math.floor(now.value / TURN_MS)).value;
  const page = turn % breaks.length;
  const { locale } = tongue.value;
  useLayoutEffect(() => {
    const here = box.current;
    if (here === null) return undefined;
    return measured(here, () => {
      const found = measure(here, options);
      setBreaks((held) => (held.join() === found.join() ? held : found));
    });
  }, [text, locale]);
  useLayoutEffect(() => {
    const list = box.current?.firstElementChild as HTMLElement | null | undefined;
    if (!list) return;
    const rows = [...list.children] as HTMLElement[];
    const [from, to] = [breaks[page] ?? 0, breaks[page + 1] ?? rows.length];
    rows.forEach((row, place) => {
      row.style.visibility = place >= from && place < to ? "" : "hidden";
    });
    list.style.translate = `0 ${(rows[0]?.offsetTop ?? 0) - (rows[from]?.offsetTop ?? 0)}px`;
  });
  return { box, page, pages: breaks.length };
}
