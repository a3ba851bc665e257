import assert from "node:assert/strict";
import { test } from "node:test";
import { best, sample, serverNow, synchronise } from "./clock.ts";

test("the offset is taken from the middle of the way", () => {
  assert.deepEqual(sample({ t0: 1000, t1: 5050 }, 1100), { rtt: 100, offset: 4000 });
});

test("of several samples the one with the shortest way is believed", () => {
  const samples = [
    { rtt: 90, offset: 40 },
    { rtt: 12, offset: 7 },
    { rtt: 30, offset: -5 },
  ];
  assert.deepEqual(best(samples), { rtt: 12, offset: 7 });
  assert.equal(best([]), undefined);
});

test("synchronising asks several times, and what fails does not count", async () => {
  const ways = [80, 20, 200];
  let time = 1_000_000;
  const found = await synchronise(
    async (t0) => {
      const way = ways.shift();
      if (way === undefined) throw new Error("disconnected");
      time += way;
      return { t0, t1: t0 + way / 2 + 60_000 };
    },
    () => time,
  );
  assert.deepEqual(found, { rtt: 20, offset: 60_000 });
  assert.ok(Math.abs(serverNow() - Date.now() - 60_000) < 50);
});
