// Which questions are listed, and in which order: what the three tabs and the search mean. Pure.

import type { QuestionView } from "../../net/protocol.gen.ts";

export type Order = "top" | "new" | "answered";

export interface Wanted {
  by: Order;
  /** What is typed into the search; empty lists all. */
  search: string;
  /** The session whose questions come first among the most voted. */
  here?: string | undefined;
  /** What is shown above the list already. */
  without?: string | undefined;
}

type Table = Readonly<Record<string, QuestionView>>;

/** Text as it is compared: without case, accents and double spaces. */
export function folded(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .trim();
}

const haystacks = new WeakMap<QuestionView, string>();

/** A question's words, folded once for as long as it stays the same. */
function haystack(question: QuestionView): string {
  let found = haystacks.get(question);
  if (found === undefined) {
    found = folded([question.text, question.name, question.reply].filter(Boolean).join(" "));
    haystacks.set(question, found);
  }
  return found;
}

/** The ids to list. A search looks into all questions, answered ones too, for all of its words. */
export function ordered(table: Table, wanted: Wanted): string[] {
  const { by, here, without } = wanted;
  const words = folded(wanted.search).split(" ").filter(Boolean);
  const searching = words.length > 0;
  const away = (one: QuestionView): number => (one.session === here ? 0 : 1);
  return Object.entries(table)
    .filter(([id, one]) => {
      if (id === without && !searching) return false;
      if (!(searching && by !== "answered") && (one.status === "answered") !== (by === "answered"))
        return false;
      return !searching || words.every((word) => haystack(one).includes(word));
    })
    .sort(([, a], [, b]) => {
      if (by === "answered") return (b.answered_at ?? 0) - (a.answered_at ?? 0);
      if (by === "new") return b.asked_at - a.asked_at;
      return away(a) - away(b) || b.upvotes - a.upvotes || a.asked_at - b.asked_at;
    })
    .map(([id]) => id);
}
