// What is changed of the event's settings for questions. Pure.

import type { ConfigureQuestions, PolicyView } from "../net/protocol.gen.ts";

/** The words of a list as it is typed: parted by commas or lines, each once. */
export function typedWords(text: string): string[] {
  const words = text.split(/[,;\n]/).map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== ""))];
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, n) => word === b[n]);
}

/** Only what differs is sent, so that nobody takes back what somebody else changed just now. */
export function changesOf(was: PolicyView, now: PolicyView): Omit<ConfigureQuestions, "type"> {
  const words = Object.fromEntries(
    Object.entries(now.words).filter(([code, list]) => !sameList(list, was.words[code] ?? [])),
  );
  return {
    ...(now.moderation !== was.moderation && { moderation: now.moderation }),
    ...(now.names !== was.names && { names: now.names }),
    ...(now.at_end !== was.at_end && { at_end: now.at_end }),
    ...(now.slow_s !== was.slow_s && { slow_s: now.slow_s }),
    ...(now.pending_most !== was.pending_most && { pending_most: now.pending_most }),
    ...(now.reasons !== was.reasons && { reasons: now.reasons }),
    ...(now.public_results !== was.public_results && { public_results: now.public_results }),
    ...(Object.keys(words).length > 0 && { words }),
  };
}
