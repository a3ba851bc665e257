// Reading a poll: what is drawn of it, without a word of any language.

import type { PollView, TallyView, ViewState } from "../net/protocol.gen.ts";

export type PollWithId = PollView & { id: string };
/** What one answers, as `poll.answer` takes it and `me.polls` holds it. */
export interface Answer {
  choices?: string[];
  rating?: number;
  words?: string[];
}

/** The polls of a view, those that were opened last first, drafts after them; of one room. */
export function pollsOf(
  view: Pick<ViewState, "polls"> | null | undefined,
  room?: string,
): PollWithId[] {
  const at = (poll: PollView): number => poll.opened_at ?? 0;
  return Object.entries(view?.polls ?? {})
    .map(([id, poll]) => ({ ...poll, id }))
    .filter((poll) => room === undefined || poll.room === room)
    .sort((a, b) => at(b) - at(a) || (b.created_at ?? 0) - (a.created_at ?? 0));
}

/** The poll on the screens of a room. */
export function shownPoll(view: ViewState | null | undefined, room: string): PollWithId | null {
  const id = view?.rooms[room]?.poll;
  const poll = id === undefined ? undefined : view?.polls?.[id];
  return id === undefined || poll === undefined ? null : { ...poll, id };
}

export interface Option {
  id: string;
  text: string;
}

/** The options in the order of the poll. */
export function optionsOf(poll: Pick<PollView, "options">): Option[] {
  return Object.entries(poll.options)
    .sort(([, a], [, b]) => a.order - b.order)
    .map(([id, { text }]) => ({ id, text }));
}

export interface Row extends Option {
  /** Votes, or points of a ranking. */
  n: number;
  /** How long the bar is, 0 to 1. */
  part: number;
  /** From 1; those with as many share one. */
  place: number;
  mine: boolean;
}

/**
 * A row for each option. The bar of a choice says which part of all who answered chose it, that of a
 * ranking is measured by the first; rankings come in order of their points.
 */
export function rowsOf(poll: PollView, tally: TallyView, mine?: Answer): Row[] {
  const counts = tally.ranking ?? tally.options ?? {};
  const all = Object.values(counts);
  const whole = poll.kind === "ranking" ? Math.max(0, ...all) : tally.total;
  const chosen = new Set(mine?.choices ?? []);
  const rows = optionsOf(poll).map((option): Row => {
    const n = counts[option.id] ?? 0;
    return {
      ...option,
      n,
      part: whole === 0 ? 0 : n / whole,
      place: 1 + all.filter((other) => other > n).length,
      mine: poll.kind !== "ranking" && chosen.has(option.id),
    };
  });
  return poll.kind === "ranking" ? rows.sort((a, b) => b.n - a.n) : rows;
}

export interface Column {
  number: number;
  n: number;
  /** How high the column is, 0 to 1. */
  part: number;
  mine: boolean;
}

/** A column for each number of a scale; the highest fills its place. */
export function columnsOf(poll: PollView, tally: TallyView, mine?: Answer): Column[] {
  const counts = tally.rating?.counts ?? {};
  const highest = Math.max(1, ...Object.values(counts));
  return Array.from({ length: poll.most ?? 5 }, (_, place) => {
    const n = counts[String(place + 1)] ?? 0;
    return { number: place + 1, n, part: n / highest, mine: mine?.rating === place + 1 };
  });
}

export interface CloudWord {
  text: string;
  n: number;
}

/** The words of a cloud, the commonest first. */
export function wordsOf(tally: TallyView): CloudWord[] {
  return Object.entries(tally.words ?? {})
    .map(([text, n]) => ({ text, n }))
    .sort((a, b) => b.n - a.n || (a.text < b.text ? -1 : 1));
}

/** Whether two answers say the same. */
export function sameAnswer(a: Answer | undefined, b: Answer | undefined): boolean {
  const key = (one: Answer | undefined): string =>
    JSON.stringify([one?.choices ?? [], one?.rating ?? null, one?.words ?? []]);
  return key(a) === key(b);
}

/** Whether an answer says enough to be sent. */
export function isWhole(poll: Pick<PollView, "kind">, answer: Answer): boolean {
  switch (poll.kind) {
    case "rating":
      return answer.rating !== undefined;
    case "words":
      return (answer.words ?? []).some((word) => word.trim() !== "");
    default:
      return (answer.choices ?? []).length > 0;
  }
}

/** The answer as it is sent: without empty words, options of a choice in the order of the poll. */
export function sent(poll: PollView, answer: Answer): Answer {
  switch (poll.kind) {
    case "rating":
      return answer.rating === undefined ? {} : { rating: answer.rating };
    case "words":
      return { words: (answer.words ?? []).map((word) => word.trim()).filter((word) => word) };
    case "ranking":
      return { choices: answer.choices ?? [] };
    default: {
      const chosen = new Set(answer.choices ?? []);
      return {
        choices: optionsOf(poll)
          .map(({ id }) => id)
          .filter((id) => chosen.has(id)),
      };
    }
  }
}

/** A ranking with everything in it: what was ranked, then the rest in the order of the poll. */
export function ranked(poll: PollView, answer: Answer | undefined): Option[] {
  const options = optionsOf(poll);
  const first = (answer?.choices ?? []).flatMap((id) => options.filter((one) => one.id === id));
  return [...first, ...options.filter((one) => !first.includes(one))];
}

/** `list` with the item at `from` moved to `to`. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = [...list];
  const [item] = rest.splice(from, 1);
  if (item === undefined) return [...list];
  rest.splice(Math.max(0, Math.min(to, rest.length)), 0, item);
  return rest;
}
