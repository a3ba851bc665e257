import assert from "node:assert/strict";
import { test } from "node:test";
import { breaksOf } from "./pages.ts";

const rows = (heights: number[]): [number, number][] => {
  let top = 0;
  return heights.map((height) => [top, (top += height)]);
};

test("pages hold whole rows, and no page more than it must", () => {
  assert.deepEqual(breaksOf(rows([10, 10, 10]), 30), [0]);
  assert.deepEqual(breaksOf(rows([10, 10, 10, 10]), 30), [0, 2]);
  assert.deepEqual(breaksOf(rows([10, 10, 10, 10, 10]), 30), [0, 3]);
  assert.deepEqual(breaksOf(rows([25, 10, 10, 25]), 36), [0, 2]);
});

test("a row that is higher than a page has one for itself", () => {
  assert.deepEqual(breaksOf(rows([10, 50, 10]), 30), [0, 1, 2]);
  assert.deepEqual(breaksOf([], 30), [0]);
});
