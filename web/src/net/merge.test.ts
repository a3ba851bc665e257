import assert from "node:assert/strict";
import { test } from "node:test";
import { merge } from "./merge.ts";

// RFC 7386, appendix A
const CASES: [unknown, unknown, unknown][] = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

test("a merge patch gives what RFC 7386 says", () => {
  for (const [target, patch, result] of CASES) assert.deepEqual(merge(target, patch), result);
});

test("a merge patch changes neither side and keeps what it does not name", () => {
  const target = { a: { x: 1 }, b: { y: 1 } };
  const merged = merge(target, { b: { y: 2 } });
  assert.deepEqual(target, { a: { x: 1 }, b: { y: 1 } });
  assert.equal(merged.a, target.a);
});
