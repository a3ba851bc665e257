import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlanSession } from "../../net/protocol.gen.ts";
import { daysOf, sizeOf, tallyOf } from "./plan.ts";

const HOUR = 3_600_000;

function session(name: string, from: number, to: number, more: Partial<PlanSession>): PlanSession {
  return {
    session: name,
    title: name,
    room: "hall",
    start_at: from * HOUR,
    end_at: to * HOUR,
    kind: "session",
    speakers: [],
    becomes: "same",
    ...more,
  };
}

const plan = {
  title: "Quay Summit",
  timezone: "UTC",
  rooms: [
    { room: "hall", name: "Hall" },
    { room: "attic", name: "Attic" },
  ],
  sessions: [
    session("a", 9.5, 10, { speakers: ["Ana"] }),
    session("b", 10, 10.5, { kind: "break", becomes: "added" }),
    session("c", 10.5, 11.25, { room: "attic", speakers: ["Ana", "Bo"], becomes: "moved" }),
    session("d", 33, 34, { becomes: "gone" }),
  ],
};
const keyOf = (ms: number): string => String(Math.floor(ms / (24 * HOUR)));
const pastHour = (ms: number): number => ms % HOUR;

test("days begin and end at full hours, with a lane for each room that is used", () => {
  const [first, second] = daysOf(plan, keyOf, pastHour);
  assert.ok(first && second);
  assert.deepEqual([first.from, first.to], [9 * HOUR, 12 * HOUR]);
  assert.deepEqual(
    first.lanes.map((lane) => [lane.name, lane.blocks.map((one) => one.session.session)]),
    [
      ["Hall", ["a", "b"]],
      ["Attic", ["c"]],
    ],
  );
  const a = first.lanes[0]?.blocks[0];
  assert.ok(a);
  assert.equal(Math.round(a.x * 100), 1667);
  assert.equal(Math.round(a.width * 100), 1667);
  assert.deepEqual(
    first.ticks.map((tick) => tick.at / HOUR),
    [9, 10, 11, 12],
  );
  assert.deepEqual(
    second.lanes.map((lane) => lane.name),
    ["Hall"],
  );
});

test("long days have few ticks", () => {
  const long = { ...plan, sessions: [session("x", 0.5, 30, {})] };
  const [day] = daysOf(long, keyOf, pastHour);
  assert.ok(day && day.ticks.length <= 15);
});

test("a plan is counted without what is cancelled", () => {
  assert.deepEqual(sizeOf(plan), { sessions: 3, rooms: 2, speakers: 2, breaks: 1 });
  assert.deepEqual(tallyOf(plan), {
    same: 1,
    added: 1,
    moved: 1,
    changed: 0,
    gone: 1,
    restored: 0,
  });
});
