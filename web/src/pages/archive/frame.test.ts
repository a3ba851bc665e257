import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, read, VIMEO, YOUTUBE } from "./frame.ts";

test("a player begins at its second and may be spoken to", () => {
  const tube = new URL("https://www.youtube-nocookie.com/embed/abcdefghijk?autoplay=1");
  const made = addressOf(tube, "youtube", 754.6, "https://live.example");
  assert.equal(made.searchParams.get("start"), "754");
  assert.equal(made.searchParams.get("enablejsapi"), "1");
  assert.equal(made.searchParams.get("origin"), "https://live.example");
  assert.equal(
    addressOf(tube, "youtube", 0, "https://live.example").searchParams.get("start"),
    null,
  );
  const film = new URL("https://player.vimeo.com/video/123?dnt=1");
  assert.equal(addressOf(film, "vimeo", 75, "https://live.example").hash, "#t=75s");
  assert.equal(addressOf(film, "vimeo", 0, "https://live.example").hash, "");
});

test("where a player is, from what it says and from nothing else", () => {
  const tube = (data: unknown): number | null => {
    const said = read(data);
    return said === null ? null : YOUTUBE.second(said);
  };
  assert.equal(tube('{"event":"infoDelivery","info":{"currentTime":12.5}}'), 12.5);
  for (const data of [
    "",
    "no",
    "[1",
    "null",
    5,
    null,
    '{"info":{"currentTime":"12"}}',
    '{"info":3}',
  ])
    assert.equal(tube(data), null);
  assert.equal(VIMEO.second({ event: "timeupdate", data: { seconds: 3 } }), 3);
  assert.equal(VIMEO.second({ event: "play", data: { seconds: 3 } }), null);
  assert.equal(VIMEO.second({ event: "timeupdate", data: { seconds: Number.NaN } }), null);
});

test("going to a second plays from there", () => {
  assert.deepEqual(
    YOUTUBE.go(60).map((one) => one["func"]),
    ["seekTo", "playVideo"],
  );
  assert.deepEqual(VIMEO.go(60), [{ method: "setCurrentTime", value: 60 }, { method: "play" }]);
});
