import assert from "node:assert/strict";
import { test } from "node:test";
import { Silence } from "./silence.ts";

/** A clock that stands still until it is told to go, with its timers. */
class Time {
  now = 0;
  #timers = new Map<number, { at: number; act: () => void }>();
  #made = 0;

  get timers(): number {
    return this.#timers.size;
  }

  readonly options = {
    limitMs: 12_000,
    clock: () => this.now,
    later: (act: () => void, ms: number) => {
      this.#timers.set(++this.#made, { at: this.now + ms, act });
      return this.#made;
    },
    cancel: (timer: number) => void this.#timers.delete(timer),
  };

  go(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, one]) => one.at <= end);
      const [first] = due.sort(([, a], [, b]) => a.at - b.at);
      if (first === undefined) break;
      this.#timers.delete(first[0]);
      this.now = first[1].at;
      first[1].act();
    }
    this.now = end;
  }
}

test("a link that goes silent is noticed once, after the limit since the last word", () => {
  const time = new Time();
  let noticed: number[] = [];
  const silence = new Silence(() => noticed.push(time.now), time.options);
  time.go(60_000);
  assert.deepEqual(noticed, []); // not connected yet: nothing to watch
  silence.heard();
  time.go(5000);
  silence.heard();
  time.go(60_000);
  assert.deepEqual(noticed, [60_000 + 5000 + 12_000]);
});

test("a link that speaks is left alone, with one timer however often it speaks", () => {
  const time = new Time();
  let noticed = 0;
  const silence = new Silence(() => noticed++, time.options);
  for (let i = 0; i < 1000; i++) {
    silence.heard();
    time.go(5000);
    assert.equal(time.timers, 1);
  }
  assert.equal(noticed, 0);
});

test("a closed connection is not watched, and the next one is again", () => {
  const time = new Time();
  let noticed = 0;
  const silence = new Silence(() => noticed++, time.options);
  silence.heard();
  silence.stop();
  time.go(60_000);
  assert.equal(noticed, 0);
  assert.equal(time.timers, 0);
  silence.heard();
  time.go(12_000);
  assert.equal(noticed, 1);
});
