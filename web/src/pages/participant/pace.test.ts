import assert from "node:assert/strict";
import { test } from "node:test";
import { waitsUntil } from "./pace.ts";

const NOW = 1_000_000;

test("without slow mode nobody waits", () => {
  assert.equal(waitsUntil(NOW, [{ asked_at: NOW }], 0, 0), null);
  assert.equal(waitsUntil(NOW, [], 60, 0), null);
});

test("slow mode counts from the last question of one's own", () => {
  const own = [{ asked_at: NOW - 5000 }, { asked_at: NOW - 50_000 }];
  assert.equal(waitsUntil(NOW, own, 60, 0), NOW + 55_000);
  assert.equal(waitsUntil(NOW + 55_000, own, 60, 0), null);
});

test("what the server said counts where it is later", () => {
  assert.equal(waitsUntil(NOW, [{ asked_at: NOW }], 60, NOW + 90_000), NOW + 90_000);
  assert.equal(waitsUntil(NOW, [], 0, NOW + 1000), NOW + 1000);
  assert.equal(waitsUntil(NOW, [], 0, NOW - 1), null);
});
