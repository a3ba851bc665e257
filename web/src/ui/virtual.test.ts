import assert from "node:assert/strict";
import { test } from "node:test";
import { between, pieces, rowAt, tops } from "./virtual.ts";

const ALL = tops(Float64Array.of(10, 20, 30, 40));
const NONE = tops(new Float64Array(0));

test("rows lie under one another", () => {
  assert.deepEqual([...ALL], [0, 10, 30, 60, 100]);
  assert.deepEqual([...NONE], [0]);
});

test("a place belongs to the row that covers it", () => {
  const at = [-5, 0, 9, 10, 29, 30, 99, 100, 5000];
  assert.deepEqual(
    at.map((y) => rowAt(ALL, y)),
    [0, 0, 0, 1, 1, 2, 3, 3, 3],
  );
  assert.equal(rowAt(NONE, 3), 0);
});

test("only rows that are seen exist", () => {
  assert.deepEqual(between(ALL, 12, 31), { from: 1, to: 3 });
  assert.deepEqual(between(ALL, -50, 5000), { from: 0, to: 4 });
  assert.deepEqual(between(ALL, -500, -100), { from: 0, to: 0 });
  assert.deepEqual(between(ALL, 100, 900), { from: 4, to: 4 });
  assert.deepEqual(between(NONE, 0, 900), { from: 0, to: 0 });
});

test("gaps stand for the rest", () => {
  assert.deepEqual(pieces(ALL, { from: 1, to: 2 }, []), [
    { gap: 10 },
    { rows: { from: 1, to: 2 } },
    { gap: 70 },
  ]);
  assert.deepEqual(pieces(ALL, { from: 0, to: 4 }, []), [{ rows: { from: 0, to: 4 } }]);
  assert.deepEqual(pieces(ALL, { from: 4, to: 4 }, []), [{ gap: 100 }]);
  assert.deepEqual(pieces(NONE, { from: 0, to: 0 }, [0]), []);
});

test("a row that is kept exists wherever it is", () => {
  assert.deepEqual(pieces(ALL, { from: 2, to: 4 }, [0]), [
    { rows: { from: 0, to: 1 } },
    { gap: 20 },
    { rows: { from: 2, to: 4 } },
  ]);
  assert.deepEqual(pieces(ALL, { from: 0, to: 1 }, [3]), [
    { rows: { from: 0, to: 1 } },
    { gap: 50 },
    { rows: { from: 3, to: 4 } },
  ]);
  assert.deepEqual(pieces(ALL, { from: 0, to: 2 }, [1, -1, 9]), [
    { rows: { from: 0, to: 2 } },
    { gap: 70 },
  ]);
});
