// Which rows of a long list have to exist, and where they would lie. Pure: what measures and draws is
// VirtualList.tsx.

/** Where each row begins, and where the last one ends: one figure more than there are rows. */
export function tops(heights: Float64Array): Float64Array {
  const all = new Float64Array(heights.length + 1);
  let at = 0;
  for (let i = 0; i < heights.length; i++) {
    all[i] = at;
    at += heights[i] ?? 0;
  }
  all[heights.length] = at;
  return all;
}

/** The row that lies at `y`; the first or the last one beyond the ends. */
export function rowAt(all: Float64Array, y: number): number {
  let [low, high] = [0, all.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((all[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** The rows `from` up to, without, `to`. */
export interface Range {
  from: number;
  to: number;
}

/** The rows between `above` and `below`, both in px from the list's top. */
export function between(all: Float64Array, above: number, below: number): Range {
  const rows = all.length - 1;
  if (rows === 0 || below <= 0 || above >= (all[rows] ?? 0)) {
    const at = below <= 0 ? 0 : rows;
    return { from: at, to: at };
  }
  return { from: rowAt(all, above), to: rowAt(all, below) + 1 };
}

/** A stretch of the list: rows that exist, or `height` px in place of those that do not. */
export type Piece = { rows: Range } | { gap: number };

/** The whole list as pieces: `range`, and the rows of `kept`, wherever they are. */
export function pieces(all: Float64Array, range: Range, kept: readonly number[]): Piece[] {
  const last = all.length - 1;
  const wanted: Range[] = [
    ...kept
      .filter((row) => row >= 0 && row < last && (row < range.from || row >= range.to))
      .map((row) => ({ from: row, to: row + 1 })),
    range,
  ].sort((a, b) => a.from - b.from);
  const found: Piece[] = [];
  let at = 0;
  const upTo = (row: number): void => {
    const gap = (all[row] ?? 0) - (all[at] ?? 0);
    if (gap > 0) found.push({ gap });
  };
  for (const one of wanted) {
    if (one.to <= one.from) continue;
    upTo(one.from);
    found.push({ rows: one });
    at = one.to;
  }
  upTo(last);
  return found;
}
