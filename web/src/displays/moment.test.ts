import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionView, ViewState } from "../net/protocol.gen.ts";
import { momentOf } from "./moment.ts";

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
