// Packing a word cloud. Words are boxes; the commonest goes first, each to the free place that is
// nearest to where it was, or to the middle. So a cloud stays as it is while counts move.

import type { CloudWord } from "./read.ts";

export interface Placed extends CloudWord {
  /** The middle of its box. */
  x: number;
  y: number;
  /** Its font size. */
  size: number;
  width: number;
}

export interface Cloud {
  words: readonly Placed[];
  /** What must be in view: left, top, width, height. */
  box: readonly [number, number, number, number];
}

export const BASE = 40; // the size of a middling word; all else is in its relation
const LEAST = 0.55;
const STEPS = 8; // sizes: fewer mean that less moves
const LINE = 1.12; // how high a line is, in sizes
const GAP = 0.28; // what is free between words, in sizes
const TURN = 0.35;
const TRIES = 2600;

/**
 * How large words are set: by the root of their number, in few steps. What was said once is the
 * least, whether or not such a word is there, so that one that comes moves no other. In less room
 * there is less contrast, or the small ones could not be read.
 */
export function sizes(words: readonly CloudWord[], contrast = 1): number[] {
  const most = Math.max(1, ...words.map(({ n }) => n));
  if (most === 1) return words.map(() => BASE);
  const top = 1 + (Math.min(3.4, 1.4 + Math.round(Math.log2(most)) * 0.4) - 1) * contrast;
  const least = 1 - (1 - LEAST) * contrast;
  return words.map(({ n }) => {
    const part = (Math.sqrt(n) - 1) / (Math.sqrt(most) - 1);
    const step = Math.round(part * STEPS) / STEPS;
    return BASE * (least + (top - least) * step);
  });
}

type Box = readonly [left: number, top: number, right: number, bottom: number];

function boxOf(x: number, y: number, width: number, size: number): Box {
  const [w, h] = [(width + GAP * size) / 2, (LINE * size) / 2];
  return [x - w, y - h, x + w, y + h];
}

function meet(a: Box, b: Box): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

/**
 * Places words without any two meeting.
 *
 * `widthOf` measures a text at a size; `aspect` is width by height of where it is drawn; `before` is
 * the cloud that was there.
 */
export function pack(
  words: readonly CloudWord[],
  widthOf: (text: string, size: number) => number,
  aspect: number,
  before?: Cloud,
  contrast = 1,
): Cloud {
  const was = new Map(before?.words.map((word) => [word.text, word]));
  const all = sizes(words, contrast);
  const stretch = Math.sqrt(Math.max(0.25, Math.min(aspect, 4)));
  const taken: Box[] = [];
  const placed: Placed[] = [];
  words.forEach((word, place) => {
    const size = all[place] ?? BASE;
    const width = widthOf(word.text, size);
    const old = was.get(word.text);
    const [x0, y0] = old === undefined ? [0, 0] : [old.x, old.y];
    for (let step = 0; step < TRIES; step++) {
      const angle = step * TURN;
      const far = (BASE / 14) * angle;
      const x = x0 + far * Math.cos(angle) * stretch;
      const y = y0 + (far * Math.sin(angle)) / stretch;
      const box = boxOf(x, y, width, size);
      if (taken.some((other) => meet(box, other))) continue;
      taken.push(box);
      placed.push({ ...word, x, y, size, width });
      return;
    }
  });
  return { words: placed, box: view(taken, aspect) };
}

/** What holds all boxes in the right aspect, and never so little that few words fill everything. */
function view(boxes: readonly Box[], aspect: number): Cloud["box"] {
  const least = BASE * 5;
  const left = Math.min(0, ...boxes.map((box) => box[0]));
  const top = Math.min(0, ...boxes.map((box) => box[1]));
  const right = Math.max(0, ...boxes.map((box) => box[2]));
  const bottom = Math.max(0, ...boxes.map((box) => box[3]));
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  let [width, height] = [Math.max(right - left, least), Math.max(bottom - top, least / 2)];
  if (width / height < aspect) width = height * aspect;
  else height = width / aspect;
  return [x - width / 2, y - height / 2, width, height];
}
