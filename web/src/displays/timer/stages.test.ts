import assert from "node:assert/strict";
import { test } from "node:test";
import type { Session } from "../moment.ts";
import { figure, stageOf } from "./stages.ts";

const MINUTE = 60_000;

function on(minutes: number, more: Partial<Session> = {}): Session {
  const due = { due_at: minutes * MINUTE, started_at: 0, duration_s: minutes * 60 };
  return { ...due, ...more } as Session;
}

const stage = (session: Session, minute: number): string | undefined =>
  stageOf(session, minute * MINUTE)?.stage;

test("a talk is calm, then to be wrapped up, in its last minute, and over", () => {
  const talk = on(45);
  assert.equal(stage(talk, 39.9), "calm");
  assert.equal(stage(talk, 40), "wrap");
  assert.equal(stage(talk, 44), "last");
  assert.equal(stage(talk, 45), "last");
  assert.equal(stage(talk, 45.1), "over");
});

test("a short talk is not amber from its beginning", () => {
  const talk = on(5);
  assert.equal(stage(talk, 3.9), "calm");
  assert.equal(stage(talk, 4), "wrap");
  assert.equal(stage(talk, 4.75), "last");
});

test("a pause holds the figure; what is not on has none", () => {
  assert.equal(stage(on(45, { paused_at: 10 * MINUTE }), 44), "calm");
  assert.equal(stageOf({ duration_s: 60 } as Session, 0), null);
});

test("a figure says zero at the end and not before", () => {
  assert.deepEqual(figure(1), { sign: "", parts: ["00", "01"] });
  assert.deepEqual(figure(0), { sign: "", parts: ["00", "00"] });
  assert.deepEqual(figure(-1), { sign: "+", parts: ["00", "00"] });
  assert.deepEqual(figure(-61_000), { sign: "+", parts: ["01", "01"] });
  assert.deepEqual(figure(3_725_000), { sign: "", parts: ["1", "02", "05"] });
});
