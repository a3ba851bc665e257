import assert from "node:assert/strict";
import { test } from "node:test";
import { Gauge, MOST_MS, type Corrections, type Sample } from "./lateness.ts";

const START = 1_700_000_000_000;
const NONE: Corrections = { offsetS: 0, lateS: undefined };
const HOUR = 3_600_000;

/** A picture `late` ms late by a clock that is `wrong` ms ahead, `n` quarter seconds into playing. */
function playing(n: number, late: number, { wrong = 0, behind = 0 } = {}): Sample {
  const at = START + n * 250;
  return { at, position: 100 + n * 0.25, picture: at - late + wrong, behind };
}

test("the picture's clock against the true one", () => {
  const gauge = new Gauge();
  for (let n = 0; n < 20; n++) assert.equal(gauge.measure(playing(n, 12_300), NONE), 12_300);
});

test("a clock that is wrong by an hour is not believed, and is when it is corrected", () => {
  for (const wrong of [-HOUR, HOUR]) {
    assert.equal(new Gauge().measure(playing(0, 12_000, { wrong }), NONE), null);
    const corrected = { ...NONE, offsetS: -wrong / 1000 };
    assert.equal(new Gauge().measure(playing(0, 12_000, { wrong }), corrected), 12_000);
  }
});

test("clocks that disagree a little: never earlier than now", () => {
  assert.equal(new Gauge().measure(playing(0, -800), NONE), 0);
  assert.equal(new Gauge().measure(playing(0, -5000), NONE), null);
});

test("far behind is fine for who has gone back, not at the edge", () => {
  const late = MOST_MS + 60_000;
  assert.equal(new Gauge().measure(playing(0, late), NONE), null);
  assert.equal(new Gauge().measure(playing(0, late, { behind: 120 }), NONE), late);
});

test("paused, the picture falls behind", () => {
  const gauge = new Gauge();
  const { position, picture } = playing(0, 10_000);
  for (let n = 0; n < 8; n++) {
    const sample = { at: START + n * 1000, position, picture, behind: n };
    assert.equal(gauge.measure(sample, NONE), 10_000 + n * 1000);
  }
});

test("seeking is no jump: the clock goes with the position", () => {
  const gauge = new Gauge();
  assert.equal(gauge.measure(playing(0, 10_000), NONE), 10_000);
  const back = playing(1, 10_000);
  const sought = { ...back, position: back.position - 60, picture: (back.picture ?? 0) - 60_000 };
  assert.equal(gauge.measure(sought, NONE), 70_000);
});

test("a jump is believed once it has lasted", () => {
  const gauge = new Gauge();
  assert.equal(gauge.measure(playing(0, 10_000), NONE), 10_000);
  const seen = [1, 2, 3, 4, 5, 6].map((n) => gauge.measure(playing(n, 16_000), NONE));
  assert.deepEqual(seen, [10_000, 10_000, 10_000, 10_000, 16_000, 16_000]);
});

test("another part of the stream has its own clock at once, but not again and again", () => {
  const gauge = new Gauge();
  assert.equal(gauge.measure({ ...playing(0, 10_000), part: 0 }, NONE), 10_000);
  assert.equal(gauge.measure({ ...playing(1, 30_000), part: 1 }, NONE), 30_000);
  for (let n = 2; n < 6; n++)
    gauge.measure({ ...playing(n, n % 2 ? 5000 : 50_000), part: n }, NONE);
  assert.equal(gauge.measure({ ...playing(6, 5000), part: 6 }, NONE), null);
});

test("one wrong date within a stream changes nothing", () => {
  const gauge = new Gauge();
  gauge.measure(playing(0, 10_000), NONE);
  assert.equal(gauge.measure(playing(1, 0, { wrong: HOUR }), NONE), 10_000);
  assert.equal(gauge.measure(playing(2, 10_000), NONE), 10_000);
});

test("a clock that jumps about is not believed, until it is quiet again", () => {
  const gauge = new Gauge();
  let seen: number | null = 0;
  for (let n = 0; n < 40; n++) seen = gauge.measure(playing(n, n % 2 ? 5000 : 50_000), NONE);
  assert.equal(seen, null);
  for (let n = 40; n < 200; n++) seen = gauge.measure(playing(n, 8000), NONE);
  assert.equal(seen, 8000);
});

test("without a clock: what the producer said, or nothing", () => {
  const bare = { at: START, position: 5, picture: null, behind: 0 };
  assert.equal(new Gauge().measure(bare, NONE), null);
  assert.equal(new Gauge().measure({ ...bare, picture: NaN }, NONE), null);
  assert.equal(new Gauge().measure(bare, { ...NONE, lateS: 20 }), 20_000);
  assert.equal(new Gauge().measure({ ...bare, behind: 30 }, { ...NONE, lateS: 20 }), 50_000);
});
