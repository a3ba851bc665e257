// What a room is in the middle of, as a wall should say it. Pure: a view and an instant in, one of a
// few moments out. How a moment looks is the layouts' business.

import { dateKey } from "../i18n.ts";
import type { SessionView, ViewState } from "../net/protocol.gen.ts";
import type { WithId } from "../state/store.ts";

export type Session = WithId<SessionView>;

/**
 * `next` is what comes after; `gone` does not take place; `night` lasts until another day. `key` is
 * the same for as long as it is the same moment.
 */
export type Moment = { key: string } & (
  | { is: "unknown" }
  | { is: "before"; next: Session }
  | { is: "live" | "break"; now: Session; next: Session | null }
  | { is: "between" | "night"; next: Session }
  | { is: "cancelled"; gone: Session; next: Session | null }
  | { is: "after" }
);

const PAUSES = new Set(["break", "social"]);
const OUT = new Set(["ended", "skipped", "cancelled"]);
const OVER_MS = 3_600_000; // so long past all of its plan, an event nobody runs is over
const LEAD_MS = 15 * 60_000; // so long before its time, a session that is cancelled is called so
const NIGHT_MS = 4 * 3_600_000; // a gap that parts two days, if midnight is in it
const TOLD_MS = 5 * 60_000; // the public is told of a delay from here on

const sorted = new WeakMap<ViewState, Map<string, Session[]>>();

/** The sessions of a room in running order; the same list for the same view. */
export function sessionsIn(state: ViewState, room: string): Session[] {
  let rooms = sorted.get(state);
  if (rooms === undefined) {
    rooms = new Map();
    for (const [id, one] of Object.entries(state.sessions)) {
      const list = rooms.get(one.room) ?? [];
      list.push({ ...one, id });
      rooms.set(one.room, list);
    }
    for (const list of rooms.values())
      list.sort((a, b) => a.expected_start_at - b.expected_start_at || a.order - b.order);
    sorted.set(state, rooms);
  }
  return rooms.get(room) ?? [];
}

function find(sessions: Session[], id: string | undefined): Session | null {
  return sessions.find((one) => one.id === id) ?? null;
}

/** When a session ends, as far as is known. */
export function endOf(session: Session): number {
  return session.due_at ?? session.expected_end_at;
}

export function isPause(session: Session): boolean {
  return PAUSES.has(session.kind);
}

/** By how much a session is to start later than printed, in ms; 0 where nobody needs to know. */
export function delayOf(session: Session): number {
  const delay = session.expected_start_at - session.start_at;
  return session.status === "scheduled" && delay >= TOLD_MS ? delay : 0;
}

/** Live and next as the clock alone would have it: for a screen that has lost its link. */
function byTheClock(sessions: Session[], at: number): [Session | null, Session | null] {
  const coming = sessions.filter((one) => !OUT.has(one.status) && endOf(one) > at);
  const now = coming.find((one) => (one.started_at ?? one.expected_start_at) <= at) ?? null;
  const next = coming.find((one) => one !== now && one.expected_start_at > at) ?? null;
  return [now, next];
}

/** The session that is cancelled and would be on, or soon, with nothing in its place. */
function goneAt(sessions: Session[], next: Session | null, at: number): Session | null {
  const gone = sessions.find(
    (one) =>
      one.status === "cancelled" &&
      one.start_at - LEAD_MS <= at &&
      at < one.start_at + one.duration_s * 1000,
  );
  if (gone === undefined) return null;
  return next === null || next.expected_start_at > gone.start_at ? gone : null;
}

/** The moment of `room` at `at`; `known` says whether the server's word still holds. */
export function momentOf(state: ViewState, room: string, at: number, known: boolean): Moment {
  const sessions = sessionsIn(state, room);
  const seen = state.rooms[room];
  if (seen === undefined || sessions.length === 0) return { is: "unknown", key: "unknown" };
  const [now, next] = known
    ? [find(sessions, seen.live), find(sessions, seen.next)]
    : byTheClock(sessions, at);
  if (now !== null) {
    const is = isPause(now) ? "break" : "live";
    return { is, key: `${is} ${now.id}`, now, next };
  }
  const abandoned =
    next !== null && at > state.event.ends_at && at > next.expected_end_at + OVER_MS;
  const gone = goneAt(sessions, abandoned ? null : next, at);
  if (gone !== null && !abandoned)
    return { is: "cancelled", key: `cancelled ${gone.id}`, gone, next };
  if (next === null || abandoned) return { is: "after", key: "after" };
  const begun =
    sessions.some((one) => one.started_at !== undefined) ||
    (!known && sessions.some((one) => endOf(one) <= at && one.status !== "skipped"));
  if (!begun) return { is: "before", key: `before ${next.id}`, next };
  const zone = timezoneOf(state, room);
  const far = next.expected_start_at - at >= NIGHT_MS;
  const is =
    far && dateKey(next.expected_start_at, zone) !== dateKey(at, zone) ? "night" : "between";
  return { is, key: `${is} ${next.id}`, next };
}

/** Where a room lies. */
export function timezoneOf(state: ViewState, room: string): string {
  return state.rooms[room]?.timezone ?? state.event.timezone;
}

/** The sessions of a room by the days of the event: one that goes on after midnight is of its day. */
function daysOf(sessions: readonly Session[], zone: string): Session[][] {
  const days: Session[][] = [];
  let end = 0;
  for (const one of sessions) {
    const first = days.at(-1)?.[0];
    const start = startOf(one);
    const same =
      first !== undefined &&
      (start - end < NIGHT_MS || dateKey(startOf(first), zone) === dateKey(start, zone));
    if (same) days.at(-1)?.push(one);
    else days.push([one]);
    end = Math.max(start, one.ended_at ?? endOf(one));
  }
  return days;
}

function startOf(session: Session): number {
  return session.started_at ?? session.expected_start_at;
}

/** What a screen of a room prints of the day: the day that is on, else the one to come. */
export function dayOf(sessions: readonly Session[], zone: string, at: number): Session[] {
  const days = daysOf(
    sessions.filter((one) => one.status !== "skipped"),
    zone,
  );
  const goesOn = (one: Session): boolean =>
    one.due_at !== undefined || (!OUT.has(one.status) && endOf(one) > at);
  return days.find((day) => day.some(goesOn)) ?? days.at(-1) ?? [];
}
