// A flood is shown as one row that opens: many questions of one author, or many that say the same.
// Pure.

import type { AlikeGroup, QuestionView } from "../../net/protocol.gen.ts";

type Entry = readonly [id: string, question: QuestionView];

export interface Flood {
  key: string;
  why: "author" | "alike";
  /** The first stands for all. */
  ids: readonly string[];
  /** Whose all of them are, where they are of one. */
  author?: string;
}

export const AUTHOR_LEAST = 4;
export const ALIKE_LEAST = 3;
/** Below this likeness they are only suggested for merging. */
export const LIKENESS_LEAST = 85;

/** The floods among `entries`, which are in order. A question is in one flood at most. */
export function floodsOf(entries: readonly Entry[], alike: readonly AlikeGroup[]): Flood[] {
  const floods: Flood[] = [];
  const taken = new Set<string>();
  const make = (flood: Flood): void => {
    floods.push(flood);
    for (const id of flood.ids) taken.add(id);
  };
  const byAuthor = new Map<string, string[]>();
  for (const [id, { author }] of entries)
    if (author !== undefined) byAuthor.set(author, [...(byAuthor.get(author) ?? []), id]);
  for (const [author, ids] of byAuthor)
    if (ids.length >= AUTHOR_LEAST) make({ key: `author ${author}`, why: "author", ids, author });
  const place = new Map(entries.map(([id], n) => [id, n]));
  for (const group of alike) {
    if (group.likeness < LIKENESS_LEAST) continue;
    const ids = group.questions
      .filter((id) => place.has(id) && !taken.has(id))
      .sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
    if (ids.length < ALIKE_LEAST) continue;
    const authors = new Set(ids.map((id) => entries[place.get(id) ?? 0]?.[1].author));
    const [author] = authors.size === 1 ? authors : [];
    make({ key: `alike ${ids[0]}`, why: "alike", ids, ...(author !== undefined && { author }) });
  }
  return floods;
}
