import assert from "node:assert/strict";
import { test } from "node:test";
import type { ViewState } from "../net/protocol.gen.ts";
import { merge } from "../net/merge.ts";
import { reckoned, together } from "./then.ts";

const T = 1_700_000_000_000;
const MIN = 60_000;

function session(order: number, more: object): object {
  return {
    room: "main",
    order,
    title: `Session ${order}`,
    duration_s: 1800,
    start_at: T + order * 30 * MIN,
    expected_start_at: T + order * 30 * MIN,
    expected_end_at: T + (order + 1) * 30 * MIN,
    status: "scheduled",
    questions: "closed",
    ...more,
  };
}

/** The second session is on since minute 33; the first was on from minute 2 to 31. */
const NOW = {
  event: { title: "Day" },
  rooms: {
    main: {
      name: "Main",
      order: 0,
      live: "s1",
      next: "s2",
      spotlight: "q2",
      questions: { state: "open", why: "rundown", session: "s1" },
      stream: { sources: [], grace_s: 45 },
    },
  },
  sessions: {
    s0: session(0, { status: "ended", started_at: T + 2 * MIN, ended_at: T + 31 * MIN }),
    s1: session(1, { status: "live", started_at: T + 33 * MIN, due_at: T + 63 * MIN }),
    s2: session(2, {}),
    gone: session(3, { status: "cancelled" }),
  },
  questions: {
    q1: {
      session: "s0",
      text: "First?",
      upvotes: 3,
      shown_at: T + 20 * MIN,
      answered_at: T + 25 * MIN,
    },
    q2: { session: "s1", text: "Second?", upvotes: 1, shown_at: T + 40 * MIN },
  },
  polls: {
    p1: {
      room: "main",
      title: "Which?",
      status: "closed",
      results: "after",
      opened_at: T + 10 * MIN,
      closed_at: T + 15 * MIN,
      tally: { answers: 9 },
    },
  },
  messages: { m1: { to: "participants", text: "Welcome", tone: "info", at: T + 5 * MIN } },
} as unknown as ViewState;

test("the picture's agenda with the questions of now", () => {
  const before = merge(NOW, {
    rooms: { main: { live: "s0", next: "s1", spotlight: null, stream: null } },
    questions: { q2: null },
    messages: { m1: null },
  });
  const shown = together(NOW, before, before);
  assert.equal(shown.rooms["main"]?.live, "s0");
  assert.equal(shown.rooms["main"]?.spotlight, undefined);
  assert.deepEqual(shown.rooms["main"]?.stream, NOW.rooms["main"]?.stream);
  assert.deepEqual(shown.messages, {});
  assert.equal(shown.questions, NOW.questions);
});

test("what can be taken part in is as late as the server waits, and not later", () => {
  const then = merge(NOW, {
    rooms: { main: { live: "s0", questions: { state: "closed", why: "before", session: null } } },
  });
  const taking = merge(NOW, { sessions: { s1: { questions: "open" } } });
  const shown = together(NOW, then, taking);
  assert.equal(shown.rooms["main"]?.live, "s0");
  assert.deepEqual(shown.rooms["main"]?.questions, NOW.rooms["main"]?.questions);
  assert.equal(shown.sessions["s1"]?.questions, "open");
  assert.equal(shown.sessions["s2"], NOW.sessions["s2"]);
});

test("a poll stays open as the picture has it, with the newest count that may be seen", () => {
  const open = merge(NOW, {
    polls: { p1: { status: "open", closed_at: null, tally: { answers: 4 }, results: "live" } },
  });
  const shown = together(NOW, open, open);
  assert.equal(shown.polls["p1"]?.status, "open");
  assert.deepEqual(shown.polls["p1"]?.tally, { answers: 9 });
  const hidden = merge(open, { polls: { p1: { tally: null } } });
  assert.equal(together(NOW, hidden, hidden).polls["p1"]?.tally, undefined);
  const removed = merge(NOW, { polls: { p1: null } });
  assert.deepEqual(together(removed, open, open).polls, {});
});

test("what was on then, from when sessions really started and ended", () => {
  const on = (minute: number): unknown => {
    const { live, next, spotlight } = reckoned(NOW, T + minute * MIN).rooms["main"] ?? {};
    return [live, next, spotlight];
  };
  assert.deepEqual(on(1), [undefined, "s0", undefined]);
  assert.deepEqual(on(2), ["s0", "s1", undefined]);
  assert.deepEqual(on(22), ["s0", "s1", "q1"]);
  assert.deepEqual(on(26), ["s0", "s1", undefined]);
  assert.deepEqual(on(32), [undefined, "s1", undefined]);
  assert.deepEqual(on(34), ["s1", "s2", undefined]);
  assert.deepEqual(on(41), ["s1", "s2", "q2"]);
});

test("a session that is over was live then, and counts down as it did", () => {
  const { sessions } = reckoned(NOW, T + 20 * MIN);
  assert.equal(sessions["s0"]?.status, "live");
  assert.equal(sessions["s0"]?.due_at, T + 32 * MIN);
  assert.equal(sessions["s0"]?.ended_at, undefined);
  assert.equal(sessions["s1"]?.status, "scheduled");
  assert.equal(sessions["s1"]?.started_at, undefined);
  assert.equal(sessions["s1"]?.expected_start_at, T + 33 * MIN);
  assert.equal(sessions["gone"]?.status, "cancelled");
});

test("a session that ran twice", () => {
  const runs = [
    { started_at: T, ended_at: T + 10 * MIN },
    { started_at: T + 12 * MIN, ended_at: T + 20 * MIN },
  ];
  const twice = merge(NOW, {
    sessions: { s0: { started_at: T + 12 * MIN, ended_at: T + 20 * MIN, runs } },
  });
  const was = (minute: number): unknown => {
    const { status, started_at } = reckoned(twice, T + minute * MIN).sessions["s0"] ?? {};
    return [status, started_at];
  };
  assert.deepEqual(was(-1), ["scheduled", undefined]);
  assert.deepEqual(was(5), ["live", T]);
  assert.deepEqual(was(11), ["ended", T + 12 * MIN]);
  assert.deepEqual(was(15), ["live", T + 12 * MIN]);
  assert.deepEqual(was(21), ["ended", T + 12 * MIN]);
  const again = merge(twice, {
    sessions: {
      s0: { status: "live", ended_at: null, runs: [runs[0], { started_at: T + 12 * MIN }] },
    },
  });
  assert.equal(reckoned(again, T + 30 * MIN).sessions["s0"], again.sessions["s0"]);
});

test("polls and messages of then", () => {
  assert.deepEqual(reckoned(NOW, T + 4 * MIN).messages, {});
  assert.deepEqual(reckoned(NOW, T + 6 * MIN).messages, NOW.messages);
  assert.deepEqual(reckoned(NOW, T + 9 * MIN).polls, {});
  const open = reckoned(NOW, T + 12 * MIN).polls["p1"];
  assert.equal(open?.status, "open");
  assert.equal(open?.tally, undefined);
  assert.equal(reckoned(NOW, T + 16 * MIN).polls["p1"], NOW.polls["p1"]);
});
