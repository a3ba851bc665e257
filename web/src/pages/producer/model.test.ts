import assert from "node:assert/strict";
import { test } from "node:test";
import type { PreviewView, SessionView, ViewState } from "../../net/protocol.gen.ts";
import {
  box,
  buffersOf,
  dayEnd,
  dayEndAfter,
  dayOf,
  dayStarts,
  endOf,
  instantAt,
  isMovable,
  lengthOf,
  movedBefore,
  offsetOf,
  offsetWords,
  ordered,
  placeIn,
  realOf,
  roomOffset,
  shiftsOf,
  shownLength,
  spanOf,
  spare,
  ticksOf,
  type Session,
} from "./model.ts";

const MIN = 60_000;
const HOUR = 60 * MIN;
const NINE = Date.UTC(2022, 5, 21, 9);
const ZONE = "UTC";

/** A session that is planned `start` minutes after nine for `length` minutes. */
function session(
  id: string,
  start: number,
  length: number,
  more: Partial<SessionView> = {},
): Session {
  const start_at = NINE + start * MIN;
  return {
    id,
    room: "main",
    order: start,
    title: id,
    kind: "session",
    start_at,
    duration_s: length * 60,
    expected_start_at: start_at,
    expected_end_at: start_at + length * MIN,
    status: "scheduled",
    speakers: [],
    questions: "closed",
    ...more,
  };
}

/** The same, on air since its plan and due `late` minutes after its planned end. */
function onAir(id: string, start: number, length: number, late = 0): Session {
  const due_at = NINE + (start + length + late) * MIN;
  const started_at = NINE + start * MIN;
  const runs = [{ started_at }];
  return session(id, start, length, {
    status: "live",
    started_at,
    due_at,
    expected_end_at: due_at,
    runs,
  });
}

test("offsets are said in words, to the minute, and a long delay is red", () => {
  assert.deepEqual(offsetWords(0), { text: "on time", tone: "live" });
  assert.deepEqual(offsetWords(-29), { text: "on time", tone: "live" });
  assert.deepEqual(offsetWords(31), { text: "+1 min behind", tone: "late" });
  assert.deepEqual(offsetWords(4 * 60), { text: "+4 min behind", tone: "late" });
  assert.deepEqual(offsetWords(10 * 60), { text: "+10 min behind", tone: "over" });
  assert.deepEqual(offsetWords(62 * 60), { text: "+1 h 2 min behind", tone: "over" });
  assert.deepEqual(offsetWords(-120), { text: "2 min ahead", tone: "live" });
});

test("offset of a session is at its start while it is to come, else at its end", () => {
  const at = NINE + 10 * MIN;
  const late = session("b", 30, 30, { expected_start_at: NINE + 34 * MIN });
  assert.equal(offsetOf(late, at), 240);
  assert.equal(offsetOf(onAir("a", 0, 30, 5), at), 300);
  assert.equal(
    offsetOf(session("c", 0, 30, { status: "ended", ended_at: NINE + 28 * MIN }), at),
    -120,
  );
  assert.equal(offsetOf(session("d", 0, 30, { status: "skipped" }), at), null);
  assert.equal(offsetOf(session("e", 0, 30, { status: "cancelled" }), at), null);
});

test("what is over time ends now, and what is paused moves on with the clock", () => {
  const live = onAir("a", 0, 30);
  assert.equal(endOf(live, NINE + 10 * MIN), NINE + 30 * MIN);
  assert.equal(endOf(live, NINE + 41 * MIN), NINE + 41 * MIN);
  const paused: Session = { ...live, status: "paused", paused_at: NINE + 20 * MIN };
  assert.equal(endOf(paused, NINE + 25 * MIN), NINE + 35 * MIN);
  const view = {
    rooms: { main: { name: "", order: 0, live: "a", offset_s: 0 }, other: { name: "", order: 1 } },
    sessions: { a: paused },
  } as unknown as ViewState;
  assert.equal(roomOffset(view, "main", NINE + 25 * MIN), 300);
  assert.equal(roomOffset(view, "other", NINE), 0);
});

test("buffers are the gaps and what breaks can give", () => {
  const day = [
    session("past", -60, 30, { status: "ended", ended_at: NINE - 30 * MIN }),
    onAir("a", 0, 30, 5),
    session("gone", 30, 10, { status: "skipped" }),
    session("break", 30, 30, {
      fixed_end: true,
      min_duration_s: 600,
      expected_start_at: NINE + 35 * MIN,
      expected_end_at: NINE + 60 * MIN,
    }),
    session("b", 60, 30),
    session("c", 105, 30),
  ];
  const buffers = buffersOf(day, NINE + 10 * MIN);
  assert.deepEqual(Object.fromEntries(buffers), {
    break: { gap_ms: 0, give_ms: 15 * MIN },
    c: { gap_ms: 15 * MIN, give_ms: 0 },
  });
  assert.equal(spare(buffers), 30 * MIN);
  // over time: the break has less to give with each minute, and the gap is not touched
  const later = buffersOf(
    day.map((one) => (one.id === "break" ? { ...one, expected_start_at: NINE + 48 * MIN } : one)),
    NINE + 48 * MIN,
  );
  assert.equal(spare(later), 17 * MIN);
});

test("break that is over its plan has nothing left to give, and least durations count", () => {
  const late = session("break", 0, 30, { fixed_end: true, expected_start_at: NINE + 40 * MIN });
  assert.equal(buffersOf([late], NINE).size, 0);
});

test("day is that of what is on air, else of what comes next, else the last", () => {
  const [one, two] = [session("a", 0, 60), session("b", 24 * 60, 60)];
  assert.deepEqual(dayOf([one, two], "b", ZONE), [two]);
  assert.deepEqual(
    dayOf([onAir("a", 0, 60), two], "b", ZONE).map((s) => s.id),
    ["a"],
  );
  assert.deepEqual(dayOf([one, two], undefined, ZONE), [two]);
  assert.deepEqual(dayOf([], undefined, ZONE), []);
  assert.deepEqual([...dayStarts([one, two], ZONE)], ["a", "b"]);
  assert.deepEqual([...dayStarts([one], ZONE)], []);
});

test("day ends as planned and as it looks", () => {
  const day = [onAir("a", 0, 30, 10), session("b", 30, 30, { expected_end_at: NINE + 70 * MIN })];
  assert.deepEqual(dayEnd(day, NINE), { planned: NINE + 60 * MIN, expected: NINE + 70 * MIN });
  assert.equal(dayEnd([session("a", 0, 30, { status: "cancelled" })], NINE), null);
});

test("timeline has room for plan and reality, and lies where it should", () => {
  const day = [onAir("a", 0, 30, 20), session("b", 30, 60)];
  const span = spanOf(day, NINE);
  assert.deepEqual(span, { from: NINE - 5 * MIN, to: NINE + 95 * MIN });
  assert.ok(span);
  assert.equal(placeIn(span, NINE + 45 * MIN), 0.5);
  assert.equal(placeIn(span, NINE - HOUR), 0);
  assert.equal(placeIn(span, NINE + 9 * HOUR), 1);
  assert.deepEqual(box(span, NINE + 5 * MIN, NINE + 35 * MIN), {
    left: "10.000%",
    width: "30.000%",
  });
  assert.deepEqual(realOf(day[0] as Session, NINE + 10 * MIN), { from: NINE, to: NINE + 50 * MIN });
  assert.equal(spanOf([], NINE), null);
});

test("ticks are round times of the zone, few enough to be read", () => {
  const span = { from: NINE - 5 * MIN, to: NINE + 4 * HOUR };
  const shown = (zone: string) =>
    ticksOf(span, zone).map((at) =>
      new Date(at).toLocaleTimeString("en-GB", { timeZone: zone, timeStyle: "short" }),
    );
  assert.deepEqual(shown("UTC").slice(0, 3), ["09:00", "09:30", "10:00"]);
  assert.deepEqual(shown("Asia/Kathmandu").slice(0, 2), ["15:00", "15:30"]); // UTC+5:45
  assert.ok(ticksOf({ from: NINE, to: NINE + 30 * HOUR }, "UTC").length <= 13);
});

const PREVIEW: PreviewView = {
  at: NINE,
  offsets: { main: { old_s: 0, new_s: 300 } },
  changes: [
    {
      session: "a",
      room: "main",
      title: "A",
      old: { start_at: NINE, end_at: NINE + 30 * MIN, status: "live" },
      new: { start_at: NINE, end_at: NINE + 35 * MIN, status: "live" },
    },
    {
      session: "b",
      room: "main",
      title: "B",
      old: { start_at: NINE + 30 * MIN, end_at: NINE + 60 * MIN, status: "scheduled" },
      new: { start_at: NINE + 35 * MIN, end_at: NINE + 65 * MIN, status: "scheduled" },
    },
    {
      session: "c",
      room: "main",
      title: "C",
      old: { start_at: NINE + 60 * MIN, end_at: NINE + 90 * MIN, status: "scheduled" },
      new: { start_at: NINE + 60 * MIN, end_at: NINE + 90 * MIN, status: "cancelled" },
    },
    {
      session: "d",
      room: "main",
      title: "D",
      old: { start_at: NINE, end_at: NINE + 1000, status: "scheduled" },
      new: { start_at: NINE + 1000, end_at: NINE + 2000, status: "scheduled" },
    },
    {
      session: "e",
      room: "main",
      title: "E",
      new: { start_at: NINE + 65 * MIN, end_at: NINE + 75 * MIN, status: "scheduled" },
    },
    {
      session: "f",
      room: "main",
      title: "F",
      old: { start_at: NINE, end_at: NINE + 10 * MIN, status: "scheduled" },
    },
  ],
};

test("preview tells old and new of each session that changes", () => {
  const said = shiftsOf(PREVIEW, () => ZONE).map(({ id, text, tone }) => [id, text, tone]);
  assert.deepEqual(said, [
    ["a", "ends 09:30 → 09:35", "later"],
    ["b", "09:30 → 09:35", "later"],
    ["c", "is cancelled", "plain"],
    ["e", "new, 10:05 to 10:15", "plain"],
    ["f", "is taken out", "plain"],
  ]);
});

test("preview tells when the day would end", () => {
  const day = [onAir("a", 0, 30), session("b", 30, 30), session("c", 60, 30), session("f", 90, 10)];
  assert.equal(dayEndAfter(day, PREVIEW, "main", NINE), NINE + 75 * MIN);
  assert.equal(dayEndAfter([], { ...PREVIEW, changes: [] }, "main", NINE), null);
});

test("time of day that is typed is the nearest one, over midnight and changes of the clock", () => {
  assert.equal(instantAt("10:15", NINE, ZONE), NINE + 75 * MIN);
  const late = Date.UTC(2022, 5, 21, 23, 50);
  assert.equal(instantAt("00:05", late, ZONE), late + 15 * MIN);
  // Brussels went from 02:00 to 03:00 on 27 March 2022
  const spring = Date.UTC(2022, 2, 27, 0, 30); // 01:30 there
  assert.equal(instantAt("03:15", spring, "Europe/Brussels"), Date.UTC(2022, 2, 27, 1, 15));
  assert.equal(instantAt("02:30", spring, "Europe/Brussels"), null);
  for (const wrong of ["", "25:00", "10:75", "ten"])
    assert.equal(instantAt(wrong, NINE, ZONE), null);
});

test("length is typed in minutes", () => {
  assert.equal(lengthOf("45"), 2700);
  assert.equal(lengthOf(" 2,5 "), 150);
  for (const wrong of ["", "0", "-3", "x", "9999"]) assert.equal(lengthOf(wrong), null);
  assert.equal(shownLength(2700), "45");
  assert.equal(shownLength(150), "2.5");
});

test("session moves one place among those that are still to come", () => {
  const order = [
    session("past", -60, 30, { status: "ended", runs: [{ started_at: 0, ended_at: 1 }] }),
    onAir("on", 0, 30),
    session("a", 30, 30, { runs: [] }),
    session("b", 60, 30, { runs: [] }),
    session("c", 90, 30, { runs: [] }),
  ];
  assert.deepEqual(order.map(isMovable), [false, false, true, true, true]);
  assert.equal(movedBefore(order, "a", 1), "c");
  assert.equal(movedBefore(order, "b", 1), null);
  assert.equal(movedBefore(order, "c", 1), undefined);
  assert.equal(movedBefore(order, "b", -1), "a");
  assert.equal(movedBefore(order, "a", -1), undefined);
  assert.equal(movedBefore(order, "on", 1), undefined);
  const ids = (list: readonly Session[]) => list.map((one) => one.id).join(" ");
  assert.equal(ids(ordered(order, "a", "c")), "past on b a c");
  assert.equal(ids(ordered(order, "a", null)), "past on b c a");
  assert.equal(ids(ordered(order, "nobody", null)), "past on a b c");
});
