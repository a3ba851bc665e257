// What a view was, and from when: so that a late picture can be shown with its own moment. Questions
// are always shown as they are, so they are not kept; states share what did not change.

import type { PollView, ViewState } from "../net/protocol.gen.ts";

export type Moment = Omit<ViewState, "questions">;

interface Entry {
  /** From when it was so, ms UTC. */
  from: number;
  /** Until when that is known: later than this, up to the next entry, nobody was there to hear. */
  until: number | null;
  state: Moment;
}

const KEEP_MS = 2 * 3_600_000;
const MOST = 4000;

export class History {
  #entries: Entry[] = [];

  /** Notes what holds from `at` on. */
  push(at: number, view: ViewState): void {
    const { questions: _questions, ...state } = view;
    const last = this.#entries.at(-1);
    if (last !== undefined && last.until === null) {
      if (alike(last.state, state)) return;
      if (at < last.from) at = last.from; // the clock was corrected
    }
    this.#entries.push({ from: at, until: null, state });
    const old = this.#entries.findIndex((one) => one.from > at - KEEP_MS);
    this.#entries.splice(0, Math.max(0, old - 1, this.#entries.length - MOST));
  }

  /** From `at` on nothing is heard; what comes next is how it is then. */
  silence(at: number): void {
    const last = this.#entries.at(-1);
    if (last !== undefined) last.until ??= Math.max(at, last.from);
  }

  /** What it was at `at`; null when nobody heard. */
  at(at: number): Moment | null {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle] as Entry).from <= at) low = middle + 1;
      else high = middle;
    }
    const found = this.#entries[low - 1];
    if (found === undefined || (found.until !== null && at > found.until)) return null;
    return found.state;
  }

  get size(): number {
    return this.#entries.length;
  }
}

/** Whether nothing happened that is worth an entry: a tally that counts on is shown as it is. */
function alike(one: Moment, other: Moment): boolean {
  return (
    one.event === other.event &&
    one.rooms === other.rooms &&
    one.sessions === other.sessions &&
    one.messages === other.messages &&
    (one.polls === other.polls || alikePolls(one.polls, other.polls))
  );
}

type Polls = Record<string, PollView>;

function alikePolls(one: Polls, other: Polls): boolean {
  const ids = Object.keys(one);
  return (
    ids.length === Object.keys(other).length &&
    ids.every((id) => {
      const [before, after] = [one[id], other[id]];
      if (before === after) return true;
      if (before === undefined || after === undefined) return false;
      const keys = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof PollView>;
      return [...keys].every((key) =>
        key === "tally"
          ? (before.tally === undefined) === (after.tally === undefined)
          : before[key] === after[key],
      );
    })
  );
}
