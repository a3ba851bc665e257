// Text as large as fits. A box that has its size from outside holds an element, `[data-fit]`, whose
// font size is found by halving; measured again when the text, the box or the fonts change.

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { tongue } from "../i18n.ts";

const refits = new Map<Element, () => void>();

function all(): void {
  for (const refit of refits.values()) refit();
}

const observer =
  typeof ResizeObserver === "undefined"
    ? undefined
    : new ResizeObserver((entries) => {
        for (const { target } of entries) refits.get(target)?.();
      });

if (typeof document !== "undefined") {
  void document.fonts.ready.then(all);
  document.fonts.addEventListener("loadingdone", all);
}

/** Measures `box` with `refit` now, and again when the box or the fonts change, until it is undone. */
export function measured(box: Element, refit: () => void): () => void {
  refits.set(box, refit);
  observer?.observe(box);
  refit();
  return () => {
    refits.delete(box);
    observer?.unobserve(box);
  };
}

export interface FitOptions {
  /** Hundredths of the shorter side. */
  least: number;
  most: number;
  /** How many compositions there are, from roomy (0) to dense: `data-dense` of the box. */
  dense?: number;
  /** From which size on a roomier composition is kept. */
  content?: number;
}

const STEPS = 10; // a tenth of a hundredth of the shorter side

function fits(box: HTMLElement, text: HTMLElement, whole: HTMLElement): boolean {
  if (whole.offsetHeight > box.clientHeight + 1) return false;
  if (text.scrollWidth > text.clientWidth + 1) return false;
  const style = getComputedStyle(text);
  const lines = Number(style.getPropertyValue("--lines")) || Infinity;
  return Math.round(text.offsetHeight / parseFloat(style.lineHeight)) <= lines;
}

function fit(box: HTMLElement, options: FitOptions): void {
  const text = box.querySelector<HTMLElement>("[data-fit]");
  const whole = box.firstElementChild as HTMLElement | null;
  if (text === null || whole === null || box.clientHeight === 0) return;
  const { least, most, dense = 1, content = least } = options;
  const set = (size: number): void => box.style.setProperty("--fit", `${size / STEPS}cqmin`);
  for (let level = 0; level < dense; level++) {
    box.dataset["dense"] = String(level);
    let [low, high] = [least * STEPS, most * STEPS];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      set(middle);
      if (fits(box, text, whole)) low = middle;
      else high = middle - 1;
    }
    set(low);
    const good = low >= content * STEPS && fits(box, text, whole);
    if (good || level === dense - 1) return;
  }
}

/** A box whose `[data-fit]` is as large as it can be; `text` names what is in it. */
export function useFit(text: string, options: FitOptions): RefObject<HTMLDivElement | null> {
  const ref = useRef<HTMLDivElement>(null);
  const { least, most, dense, content } = options;
  const { locale } = tongue.value;
  useLayoutEffect(() => {
    const box = ref.current;
    return box === null ? undefined : measured(box, () => fit(box, options));
  }, [text, locale, least, most, dense, content]);
  return ref;
}
