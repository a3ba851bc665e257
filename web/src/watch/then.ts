// What a page shows beside a picture of `at`: the agenda, the spotlight and the messages of then,
// what can be taken part in as the server still takes it, and the questions of now.

import type { PollView, RoomView, RunView, SessionView, ViewState } from "../net/protocol.gen.ts";
import type { Moment } from "./history.ts";

/**
 * The state to show: `then` is what the picture shows, `taking` what answers and questions are still
 * taken for. A poll that is gone is not shown; its tally is the newest that may be seen.
 */
export function together(now: ViewState, then: Moment, taking: Moment): ViewState {
  return {
    ...now,
    event: then.event,
    rooms: mapped(then.rooms, (room, id) => current(room, now.rooms[id], taking.rooms[id])),
    sessions: mapped(then.sessions, (session, id) => {
      const other = taking.sessions[id];
      if (other === undefined || other === session) return session;
      return withOpening(session, other);
    }),
    messages: then.messages,
    polls: mapped(taking.polls, (poll, id) => counted(poll, now.polls[id])),
  };
}

/** What is of now in a room whatever the picture shows: its stream, and where questions go. */
function current(room: RoomView, now: RoomView | undefined, taking?: RoomView): RoomView {
  const next = { ...room };
  for (const key of ["stream", "slate", "recording"] as const) put(next, key, now?.[key]);
  put(next, "questions", (taking ?? room).questions);
  return next;
}

function withOpening(session: SessionView, other: SessionView): SessionView {
  const next = { ...session, questions: other.questions };
  put(next, "opening", other.opening);
  return next;
}

function counted(poll: PollView, now: PollView | undefined): PollView | null {
  if (now === undefined) return null;
  if (poll === now || poll.tally === undefined || now.tally === undefined) return poll;
  return poll.tally === now.tally ? poll : { ...poll, tally: now.tally };
}

/**
 * What was at `at`, reckoned from what is known now: when sessions really started and ended, when
 * questions were on the screens, when polls opened and closed. For the time nobody here heard of.
 */
export function reckoned(now: ViewState, at: number): Moment {
  const sessions = mapped(now.sessions, (session) => sessionAt(session, at));
  return {
    ...now,
    sessions,
    rooms: mapped(now.rooms, (room, id) => {
      const next = { ...room };
      const here = Object.entries(sessions)
        .filter(([, one]) => one.room === id)
        .sort(([, a], [, b]) => a.expected_start_at - b.expected_start_at || a.order - b.order);
      put(
        next,
        "live",
        here.find(([, one]) => one.status === "live" || one.status === "paused")?.[0],
      );
      put(next, "next", here.find(([, one]) => one.status === "scheduled")?.[0]);
      put(next, "spotlight", litAt(now, id, at));
      return next;
    }),
    messages: mapped(now.messages, (one) => (one.at <= at ? one : null)),
    polls: mapped(now.polls, (poll) => pollAt(poll, at)),
  };
}

function sessionAt(session: SessionView, at: number): SessionView {
  const { started_at, ended_at } = session;
  if (started_at === undefined || session.status === "cancelled") return session;
  const runs: RunView[] = session.runs ?? [{ started_at, ...(ended_at && { ended_at }) }];
  const first = runs[0] ?? { started_at };
  const next = { ...session };
  for (const key of ["ended_at", "paused_at"] as const) delete next[key];
  if (at < first.started_at) {
    next.status = "scheduled";
    next.expected_start_at = first.started_at;
    delete next.started_at;
    delete next.due_at;
    return next;
  }
  const run = runs.findLast((one) => one.started_at <= at) ?? first;
  if (run.ended_at === undefined) return session;
  if (run.ended_at <= at)
    return ended_at === run.ended_at ? session : { ...session, status: "ended" };
  next.status = "live";
  next.started_at = run.started_at;
  next.due_at = run.started_at + session.duration_s * 1000; // as far as was known then
  return next;
}

/** The question on the room's screens at `at`: the last that had come there and was not answered. */
function litAt(now: ViewState, room: string, at: number): string | undefined {
  if (now.rooms[room]?.spotlight !== undefined) {
    const lit = now.rooms[room]?.spotlight ?? "";
    const since = now.questions[lit]?.shown_at;
    if (since !== undefined && since <= at) return lit;
  }
  let found: string | undefined;
  let latest = -Infinity;
  for (const [id, one] of Object.entries(now.questions)) {
    if (now.sessions[one.session]?.room !== room) continue;
    const { shown_at = Infinity, answered_at } = one;
    if (shown_at > at || answered_at === undefined || answered_at <= at) continue;
    if (shown_at > latest) [found, latest] = [id, shown_at];
  }
  return found;
}

function pollAt(poll: PollView, at: number): PollView | null {
  if (poll.opened_at === undefined || poll.opened_at > at) return null;
  if (poll.closed_at === undefined || poll.closed_at <= at) return poll;
  const { closed_at: _closed, tally, ...rest } = poll;
  const seen = poll.results === "live" && tally !== undefined;
  return { ...rest, status: "open", ...(seen && { tally }) };
}

/** A table with each entry changed; null leaves it out; the same table when nothing changed. */
function mapped<T>(
  table: Record<string, T>,
  change: (one: T, id: string) => T | null,
): Record<string, T> {
  let same = true;
  const next: Record<string, T> = {};
  for (const [id, one] of Object.entries(table)) {
    const made = change(one, id);
    if (made !== one) same = false;
    if (made !== null) next[id] = made;
  }
  return same ? table : next;
}

/** Sets an optional field, or takes it away. */
function put<T extends object, K extends keyof T>(on: T, key: K, value: T[K] | undefined): void {
  if (value === undefined) delete on[key];
  else on[key] = value;
}
