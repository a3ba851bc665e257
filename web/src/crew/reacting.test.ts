import assert from "node:assert/strict";
import { test } from "node:test";
import { inTheLastMinute, SPAN_MS, still, type Told } from "./reacting.ts";

const told: Told[] = [
  { at: 0, counts: { applause: 3 } },
  { at: 30_000, counts: { applause: 2, laugh: 9 } },
];

const sums = (at: number): object => Object.fromEntries(inTheLastMinute(told, at));

test("reactions of a minute are summed by kind", () => {
  assert.deepEqual(sums(31_000), { applause: 5, laugh: 9 });
});

test("reactions count for a minute", () => {
  assert.deepEqual(sums(SPAN_MS), { applause: 2, laugh: 9 });
  assert.deepEqual(sums(30_000 + SPAN_MS), {});
  assert.deepEqual(still(told, SPAN_MS), told.slice(1));
});
