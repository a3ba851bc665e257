import assert from "node:assert/strict";
import { test } from "node:test";
import { pauseBefore, remedy, standing, type Doing, type Health } from "./standing.ts";

const HLS = { kind: "hls" } as const;

function is(doing: Doing, health?: Health): string {
  const found = standing(HLS, doing, health);
  return found.why === "" ? found.is : `${found.is} ${found.why}`;
}

test("a player that plays is believed more than the server", () => {
  for (const health of ["waiting", "stalled", "ended", "unreachable", undefined] as const)
    assert.equal(is("playing", health), "playing");
});

test("before anybody pressed play, the server knows", () => {
  assert.equal(is("idle"), "paused");
  assert.equal(is("idle", "live"), "paused");
  assert.equal(is("idle", "waiting"), "waiting");
  assert.equal(is("idle", "stalled"), "paused theirs");
  assert.equal(is("idle", "ended"), "ended");
  assert.equal(is("idle", "unreachable"), "lost theirs");
});

test("whose trouble it is", () => {
  assert.equal(is("stuck"), "stalled");
  assert.equal(is("stuck", "live"), "stalled yours");
  assert.equal(is("stuck", "stalled"), "stalled theirs");
  assert.equal(is("stuck", "ended"), "ended");
  assert.equal(is("cut"), "lost");
  assert.equal(is("cut", "live"), "lost yours");
  assert.equal(is("cut", "unreachable"), "lost theirs");
  assert.equal(is("cut", "waiting"), "waiting");
});

test("what has not begun, what is over, what this browser cannot play", () => {
  assert.equal(is("opening"), "waiting opening");
  assert.equal(is("early"), "waiting");
  assert.equal(is("early", "ended"), "ended");
  assert.equal(is("ended", "live"), "ended");
  assert.equal(is("unplayable"), "link unplayable");
});

test("no source, and sources that are watched elsewhere", () => {
  assert.equal(standing(undefined, "playing", "live").is, "none");
  assert.equal(standing({ kind: "link" }, "idle", undefined).is, "link");
  assert.equal(standing({ kind: "youtube" }, "idle", undefined).is, "link");
  assert.equal(standing({ kind: "vimeo" }, "playing", undefined).is, "playing");
});

test("trying again: sooner at first, never all at once", () => {
  const middle = (): number => 0.5;
  assert.deepEqual(
    [0, 1, 2, 3, 4, 9].map((n) => pauseBefore(n, middle)),
    [1000, 2000, 4000, 8000, 15_000, 15_000],
  );
  assert.equal(
    pauseBefore(0, () => 0),
    750,
  );
  assert.equal(
    pauseBefore(0, () => 1),
    1250,
  );
});

test("what helps a picture that stands still", () => {
  assert.equal(remedy(5000, true, false), "wait");
  assert.equal(remedy(7000, true, false), "jump");
  assert.equal(remedy(9000, true, true), "wait");
  assert.equal(remedy(13_000, true, true), "renew");
  assert.equal(remedy(60_000, false, false), "wait");
});
