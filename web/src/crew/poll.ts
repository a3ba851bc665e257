// A poll as it is being written. Pure.

import type { PollKind, ResultsWhen } from "../net/protocol.gen.ts";

export interface Draft {
  kind: PollKind;
  title: string;
  options: string[];
  /** Choices, words or the end of the scale; null: as many as is usual. */
  most: number | null;
  results: ResultsWhen;
  /** The session it belongs to; empty: the room. */
  session: string;
}

export const OPTIONS_MOST = 20;
/** The least and the most of what `most` may say; for several choices it is the options. */
export const MOST: Partial<Record<PollKind, readonly [number, number]>> = {
  rating: [3, 10],
  words: [1, 5],
};

export function blank(session?: string): Draft {
  return {
    kind: "choice",
    title: "",
    options: ["", ""],
    most: null,
    results: "after",
    session: session ?? "",
  };
}

export type Problem = "title" | "options" | "same";

function filled(options: readonly string[]): string[] {
  return options.map((text) => text.trim()).filter((text) => text !== "");
}

function choosesFrom(kind: PollKind): boolean {
  return kind === "choice" || kind === "multiple" || kind === "ranking";
}

/** What is missing before it can be kept. */
export function problemOf(draft: Draft): Problem | null {
  if (draft.title.trim() === "") return "title";
  if (!choosesFrom(draft.kind)) return null;
  const options = filled(draft.options);
  if (options.length < 2) return "options";
  return new Set(options.map((text) => text.toLowerCase())).size < options.length ? "same" : null;
}

export interface Wish {
  title: string;
  options: string[];
  most?: number;
  results: ResultsWhen;
}

/** The draft as it is sent: no empty options, and no more choices than there are options. */
export function wishOf(draft: Draft): Wish {
  const { kind, most, results } = draft;
  const options = choosesFrom(kind) ? filled(draft.options) : [];
  const counts = kind === "multiple" || kind in MOST;
  return {
    title: draft.title.trim(),
    options,
    results,
    ...(counts &&
      most !== null && { most: kind === "multiple" ? Math.min(most, options.length) : most }),
  };
}
