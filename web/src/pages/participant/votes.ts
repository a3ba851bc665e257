// Votes as they are shown: the wish at once, the server's word as soon as the view has caught up. A
// wish is dropped when the server refuses it, and the count rolls back.

import { signal } from "@preact/signals";
import type { QuestionView } from "../../net/protocol.gen.ts";
import { command, cursor, me } from "../../state/store.ts";
import { toast } from "../../ui/index.ts";
import { say } from "./errors.ts";

interface Wish {
  on: boolean;
  /** The count to show until the view holds the answer. */
  count: number;
  /** Where the server wrote it down. */
  seq?: number;
}

const SETTLED_MS = 4000; // by then the view and `me` hold it, or hold something newer

const wishes = signal<ReadonlyMap<string, Wish>>(new Map());

function set(id: string, wish: Wish | null): void {
  const all = new Map(wishes.peek());
  if (wish === null) all.delete(id);
  else all.set(id, wish);
  wishes.value = all;
}

function seqOf(at: string | null): number {
  return at === null ? -1 : Number.parseInt(at, 10);
}

export interface Shown {
  on: boolean;
  count: number;
  /** The server has not said yet that it has the vote. */
  sending?: boolean;
}

/** Whether my vote is among them, and how many there are. */
export function shownVotes(id: string, question: Pick<QuestionView, "upvotes">): Shown {
  const mine = me.value?.votes[id] ?? false;
  const wish = wishes.value.get(id);
  if (wish === undefined) return { on: mine, count: question.upvotes };
  const caughtUp = wish.seq !== undefined && seqOf(cursor.value) >= wish.seq;
  const count = caughtUp ? question.upvotes : wish.count;
  return { on: wish.on, count, sending: wish.seq === undefined };
}

/** Gives my vote, or takes it back. */
export async function toggle(id: string, question: Pick<QuestionView, "upvotes">): Promise<void> {
  const shown = shownVotes(id, question);
  const on = !shown.on;
  const wish: Wish = { on, count: Math.max(0, shown.count + (on ? 1 : -1)) };
  set(id, wish);
  const ack = await command(on ? "question.upvote" : "question.unvote", { question: id });
  if (wishes.peek().get(id) !== wish) return; // toggled again meanwhile
  if (!ack.ok) {
    set(id, null);
    toast(say(ack.error), { tone: "over" });
    return;
  }
  const settled: Wish = { ...wish, seq: seqOf(ack.cursor) };
  set(id, settled);
  setTimeout(() => wishes.peek().get(id) === settled && set(id, null), SETTLED_MS);
}
