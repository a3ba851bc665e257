// Words in a question that a moderator is pointed to: of the event's lists, or searched for. Pure.

import { folded } from "../../ui/picking.ts";

export interface Piece {
  text: string;
  mark?: "hint" | "found";
}

interface Word {
  at: number;
  end: number;
  folded: string;
}

function wordsOf(text: string): Word[] {
  return [...text.matchAll(/[\p{L}\p{N}\p{M}'’-]+/gu)].map((match) => ({
    at: match.index,
    end: match.index + match[0].length,
    folded: folded(match[0]),
  }));
}

/** `text` in pieces; `hints` are marked where they are whole words, `sought` wherever a word has it. */
export function marked(text: string, hints: readonly string[], sought = ""): Piece[] {
  const words = wordsOf(text);
  const spans: { at: number; end: number; mark: "hint" | "found" }[] = [];
  for (const hint of hints) {
    const parts = wordsOf(hint).map((one) => one.folded);
    if (parts.length === 0) continue;
    for (let n = 0; n + parts.length <= words.length; n++) {
      if (!parts.every((part, k) => words[n + k]?.folded === part)) continue;
      const [first, last] = [words[n], words[n + parts.length - 1]];
      if (first && last) spans.push({ at: first.at, end: last.end, mark: "hint" });
    }
  }
  const wanted = folded(sought).split(/\s+/).filter(Boolean);
  for (const word of words)
    if (wanted.some((one) => word.folded.includes(one)))
      spans.push({ at: word.at, end: word.end, mark: "found" });
  spans.sort((a, b) => a.at - b.at || b.end - a.end);
  const made: Piece[] = [];
  let at = 0;
  for (const span of spans) {
    if (span.at < at) continue;
    if (span.at > at) made.push({ text: text.slice(at, span.at) });
    made.push({ text: text.slice(span.at, span.end), mark: span.mark });
    at = span.end;
  }
  if (at < text.length) made.push({ text: text.slice(at) });
  return made;
}
