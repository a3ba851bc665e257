// What a room is in the middle of, as a wall should say it. Pure: a view and an instant in, one of a
// few moments out. How a moment looks is the layouts' business.

import type { SessionView, ViewState } from "../net/protocol.gen.ts";
import type { WithId } from "../state/store.ts";

export type Session = WithId<SessionView>;

/** `next` is what comes after; `key` is the same for as long as it is the same moment. */
export type Moment = { key: string } & (
  | { is: "unknown" }
  | { is: "before"; next: Session }
  | { is: "live" | "break"; now: Session; next: Session | null }
  | { is: "between"; next: Session }
  | { is: "after" }
);

const PAUSES = new Set(["break", "social"]);
const OVER_MS = 3_600_000; // so long past all of its plan, an event nobody runs is over

function sessionsOf(state: ViewState, room: string): Session[] {
  return Object.entries(state.sessions)
    .map(([id, one]) => ({ ...one, id }))
    .filter((one) => one.room === room)
    .sort((a, b) => a.expected_start_at - b.expected_start_at || a.order - b.order);
}

function find(sessions: Session[], id: string | undefined): Session | null {
  return sessions.find((one) => one.id === id) ?? null;
}

/** When a session ends, as far as is known. */
export function endOf(session: Session): number {
  return session.due_at ?? session.expected_end_at;
}

/** Live and next as the clock alone would have it: for a screen that has lost its link. */
function byTheClock(sessions: Session[], at: number): [Session | null, Session | null] {
  const coming = sessions.filter(
    (one) => !["ended", "skipped", "cancelled"].includes(one.status) && endOf(one) > at,
  );
  const now = coming.find((one) => (one.started_at ?? one.expected_start_at) <= at) ?? null;
  const next = coming.find((one) => one !== now && one.expected_start_at > at) ?? null;
  return [now, next];
}

/** The moment of `room` at `at`; `known` says whether the server's word still holds. */
export function momentOf(state: ViewState, room: string, at: number, known: boolean): Moment {
  const sessions = sessionsOf(state, room);
  const seen = state.rooms[room];
  if (seen === undefined || sessions.length === 0) return { is: "unknown", key: "unknown" };
  const [now, next] = known
    ? [find(sessions, seen.live), find(sessions, seen.next)]
    : byTheClock(sessions, at);
  if (now !== null) {
    const is = PAUSES.has(now.kind) ? "break" : "live";
    return { is, key: `${is} ${now.id}`, now, next };
  }
  const abandoned =
    next !== null && at > state.event.ends_at && at > next.expected_end_at + OVER_MS;
  if (next === null || abandoned) return { is: "after", key: "after" };
  const begun =
    sessions.some((one) => one.started_at !== undefined) ||
    (!known && sessions.some((one) => endOf(one) <= at && one.status !== "skipped"));
  const is = begun ? "between" : "before";
  return { is, key: `${is} ${next.id}`, next };
}
