import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionView, ViewState } from "../net/protocol.gen.ts";
import { dayOf, momentOf, type Session } from "./moment.ts";

const MINUTE = 60_000;

function session(order: number, more: Partial<SessionView> = {}): SessionView {
  const start = order * 30 * MINUTE;
  return {
    room: "main",
    order,
    title: `Session ${order}`,
    kind: "presentation",
    start_at: start,
    duration_s: 1800,
    expected_start_at: start,
    expected_end_at: start + 30 * MINUTE,
    status: "scheduled",
    speakers: [],
    questions: "closed",
    ...more,
  };
}

function view(room: { live?: string; next?: string }, sessions: SessionView[]): ViewState {
  return {
    event: { starts_at: 30 * MINUTE, ends_at: 120 * MINUTE },
    rooms: { main: { name: "Main", order: 0, ...room } },
    sessions: Object.fromEntries(sessions.map((one) => [`s${one.order}`, one])),
    questions: {},
    messages: {},
  } as unknown as ViewState;
}

const key = (state: ViewState, minute: number, known: boolean, room = "main"): string =>
  momentOf(state, room, minute * MINUTE, known).key;

test("while the server's word holds, it says what is on", () => {
  const started = { status: "live", started_at: 30 * MINUTE, due_at: 60 * MINUTE };
  const ended = { status: "ended", started_at: 30 * MINUTE, ended_at: 59 * MINUTE };
  const [first, pause, last] = [session(1), session(2, { kind: "break" }), session(3)];
  assert.equal(key(view({ next: "s1" }, [first, pause, last]), 10, true), "before s1");
  const live = view({ live: "s1", next: "s2" }, [session(1, started), pause, last]);
  assert.equal(key(live, 40, true), "live s1");
  assert.equal(key(live, 70, true), "live s1"); // over time, and still on
  assert.equal(key(view({ next: "s2" }, [session(1, ended), pause, last]), 60, true), "between s2");
  const resting = view({ live: "s2", next: "s3" }, [session(1, ended), pause, last]);
  assert.equal(key(resting, 65, true), "break s2");
  assert.equal(key(view({}, [session(1, ended)]), 65, true), "after");
});

test("without a link the clock says what is on", () => {
  const started = { status: "live", started_at: 31 * MINUTE, due_at: 61 * MINUTE };
  const state = view({ live: "s1", next: "s2" }, [
    session(1, started),
    session(2, { kind: "break" }),
    session(3),
  ]);
  assert.equal(key(state, 60.5, false), "live s1");
  assert.equal(key(state, 61, false), "break s2");
  assert.equal(key(state, 95, false), "live s3");
  assert.equal(key(state, 120, false), "after");
});

test("without a link, a gap in the plan is a gap, and what was passed over stays out", () => {
  const state = view({ next: "s1" }, [session(1), session(2, { status: "skipped" }), session(3)]);
  assert.equal(key(state, 10, false), "before s1");
  assert.equal(key(state, 65, false), "between s3");
});

test("an event of the past that nobody ran is over; a room nobody knows is unknown", () => {
  const state = view({ next: "s1" }, [session(1)]);
  assert.equal(key(state, 100_000, true), "after");
  assert.equal(key(state, 40, true), "before s1"); // late to start
  assert.equal(key(state, 40, true, "cellar"), "unknown");
});

test("what is cancelled is said from shortly before its time until after it", () => {
  const ended = { status: "ended", started_at: 30 * MINUTE, ended_at: 59 * MINUTE };
  const gone = session(2, { status: "cancelled" });
  const state = view({ next: "s4" }, [session(1, ended), gone, session(4)]);
  assert.equal(key(state, 40, true), "between s4"); // it would be at 60
  assert.equal(key(state, 45, true), "cancelled s2");
  assert.equal(key(state, 89, true), "cancelled s2");
  assert.equal(key(state, 90, true), "between s4");
  assert.equal(key(state, 60, false), "cancelled s2");
});

test("what takes the place of a cancelled session is announced instead of it", () => {
  const gone = session(2, { status: "cancelled" });
  const instead = session(3, { start_at: 60 * MINUTE, expected_start_at: 60 * MINUTE });
  assert.equal(key(view({ next: "s3" }, [gone, instead]), 58, true), "before s3");
  const live = { status: "live", started_at: 55 * MINUTE, due_at: 85 * MINUTE };
  assert.equal(key(view({ live: "s3" }, [gone, session(3, live)]), 62, true), "live s3");
  assert.equal(key(view({}, [gone]), 62, true), "cancelled s2");
  assert.equal(key(view({}, [gone]), 100, true), "after");
});

const HOUR = 60 * MINUTE;
/** Three evenings-long days: 20:00 and 23:30 (into the night), then 09:00 of another day. */
const LONG: Session[] = [
  [20, "s1"],
  [23.5, "s2"],
  [24.25, "s3"],
  [33, "s4"],
].map(([hour, id]) => {
  const start = Number(hour) * HOUR;
  const times = { expected_start_at: start, expected_end_at: start + 30 * MINUTE };
  return { ...session(0, { start_at: start, ...times }), id: String(id) };
});

test("the day that is printed is the one that is on, past midnight too, then the next one", () => {
  const ids = (hour: number): string =>
    dayOf(LONG, "UTC", hour * HOUR)
      .map((one) => one.id)
      .join();
  assert.equal(ids(8), "s1,s2,s3");
  assert.equal(ids(24.1), "s1,s2,s3");
  assert.equal(ids(25), "s4");
  assert.equal(ids(40), "s4");
  const running = LONG.map((one) =>
    one.id === "s3"
      ? { ...one, status: "live", started_at: 24.3 * HOUR, due_at: 24.8 * HOUR }
      : one,
  );
  assert.equal(dayOf(running, "UTC", 26 * HOUR).length, 3); // over time, and still on
});

test("a night is a pause until another day, and midnight alone makes none", () => {
  const sessions = Object.fromEntries(LONG.map((one) => [one.id, one]));
  const state = {
    event: { starts_at: 0, ends_at: 40 * HOUR, timezone: "UTC" },
    rooms: { main: { name: "Main", order: 0 } },
    sessions,
  } as unknown as ViewState;
  const is = (hour: number): string => momentOf(state, "main", hour * HOUR, false).is;
  assert.equal(is(24.1), "between");
  assert.equal(is(25), "between"); // it is the other day already
  assert.equal(momentOf(state, "main", 23 * HOUR, false).key, "between s2");
  const rest = { ...state, sessions: { s1: LONG[0], s4: LONG[3] } } as unknown as ViewState;
  assert.equal(momentOf(rest, "main", 21 * HOUR, false).key, "night s4");
});
