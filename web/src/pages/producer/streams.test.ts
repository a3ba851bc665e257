import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addressOf,
  fieldOf,
  healthOf,
  hostOf,
  instantOf,
  isLikely,
  kindOf,
  lateUnder,
  lineThrough,
  numberOf,
  offsetFor,
  pictureSays,
  problemOf,
  rate,
  remember,
  REMEMBERED_MS,
  sourceName,
  span,
  type Moment,
} from "./streams.ts";

const HERE = "https://live.example";
const AT = Date.UTC(2022, 5, 21, 13, 0, 7);

test("what an address leads to", () => {
  const kinds: Record<string, string> = {
    "/demo/main/live.m3u8": "hls",
    "https://a.example/x/LIVE.M3U8?token=1": "hls",
    "https://a.example/film.mp4": "file",
    "https://www.youtube.com/watch?v=1": "youtube",
    "https://youtu.be/1": "youtube",
    "https://vimeo.com/1": "vimeo",
    "https://notyoutube.com/1": "link",
    "https://a.example/watch": "link",
    nonsense: "link",
  };
  for (const [url, kind] of Object.entries(kinds)) assert.equal(kindOf(url, HERE), kind, url);
});

test("what stands in the way of an address is told, and nothing else", () => {
  for (const url of ["https://a.example/x", "/live.m3u8", "http://127.0.0.1:8888/x", " /x "])
    assert.equal(problemOf(url, HERE), null, url);
  for (const url of ["", "a.example/x", "ftp://a.example", "//a.example/x", "http://a.example/x"])
    assert.notEqual(problemOf(url, HERE), null, url);
  assert.equal(addressOf("javascript:alert(1)", HERE), null);
  assert.equal(addressOf("https://[", HERE), null);
});

test("a source by its name, its language, its host", () => {
  const say = (code: string): string => `(${code})`;
  const source = { url: "https://www.a.example/x", kind: "hls" } as const;
  assert.equal(
    sourceName({ ...source, label: "Sign language", language: "es" }, say),
    "Sign language",
  );
  assert.equal(sourceName({ ...source, language: "es" }, say), "(es)");
  assert.equal(sourceName(source, say), "");
  assert.equal(hostOf(source.url, HERE), "a.example");
  assert.equal(hostOf("/live.m3u8", HERE), "this server");
  assert.equal(hostOf("x", HERE), "x");
});

test("health is said with its weight; unknown words say nothing", () => {
  assert.equal(healthOf("live")?.tone, "fine");
  assert.equal(healthOf("stalled")?.tone, "over");
  assert.equal(healthOf("late")?.words, "Live, but far behind");
  assert.equal(healthOf(undefined), null);
  assert.equal(healthOf("constructor"), null);
});

test("spans and rates as people read them", () => {
  assert.deepEqual([0, 4.25, 38.4, 99.4, 754, 3604, 7200, -3600].map(span), [
    "0 s",
    "4.3 s",
    "38 s",
    "99 s",
    "12 min 34 s",
    "1 h 4 s",
    "2 h",
    "\u22121 h",
  ]);
  assert.deepEqual([420.4, 3210].map(rate), ["420 kbit/s", "3.2 Mbit/s"]);
});

test("an encoder that is an hour slow: what it says, and the offset that puts it right", () => {
  const seen = { late_s: 3606, offset_s: 0 };
  assert.equal(pictureSays(seen, AT), AT - 3_606_000);
  assert.equal(isLikely(seen.late_s), false);
  assert.equal(offsetFor(seen, 6), 3600);
  assert.equal(lateUnder(seen, 3600), 6);
  // with that offset set, the server sees the six seconds, and the picture says the same as before
  const right = { late_s: 6, offset_s: 3600 };
  assert.equal(pictureSays(right, AT), AT - 3_606_000);
  assert.equal(offsetFor(right, 6), 3600);
  assert.equal(lateUnder(right, 0), 3606);
  assert.deepEqual([-2, -0.5, 90, 91].map(isLikely), [false, true, true, false]);
});

test("numbers as people type them", () => {
  assert.deepEqual(
    ["3600", " -3,5 ", "\u22122", "+.5", "7."].map(numberOf),
    [3600, -3.5, -2, 0.5, 7],
  );
  for (const text of ["", "-", "1e3", "12:00", "0x10", "1 000"]) assert.equal(numberOf(text), null);
});

test("a field's day and time are those of the venue", () => {
  assert.equal(fieldOf(AT, "America/Mexico_City"), "2022-06-21T08:00");
  assert.equal(fieldOf(AT, "America/Mexico_City", true), "2022-06-21T08:00:07");
  assert.equal(instantOf("2022-06-21T08:00:07", "America/Mexico_City"), AT);
  assert.equal(instantOf("2022-06-21T08:00", "America/Mexico_City"), AT - 7000);
  assert.equal(instantOf("2022-12-31T23:30", "Asia/Tokyo"), Date.UTC(2022, 11, 31, 14, 30));
  // the hour that summer time leaves out never comes
  assert.equal(instantOf("2022-03-27T02:30", "Europe/Brussels"), null);
  for (const text of ["", "soon", "2022-06-21", "2022-13-41T99:99"])
    assert.equal(instantOf(text, "UTC"), null);
});

function moment(at: number, watching = 1): Moment {
  return { at, watching, late_s: null, stalls: 0 };
}

test("ten minutes are remembered, one moment for every two seconds", () => {
  let held: Moment[] = [];
  for (let n = 0; n <= 700; n++) held = remember(held, moment(AT + n * 1000, n));
  assert.equal(held.at(-1)?.watching, 700);
  assert.ok(held.every((one) => AT + 700_000 - one.at <= REMEMBERED_MS));
  assert.ok(held.length <= 602, String(held.length));
  assert.deepEqual(remember([moment(AT)], moment(AT, 5)), [moment(AT, 5)]);
});

test("a line holds each value until the next, and leaves gaps", () => {
  const box = { width: 100, height: 20, top: 10 };
  const draw = (points: { at: number; value: number | null }[]): string =>
    lineThrough(points, AT + REMEMBERED_MS, box);
  assert.equal(draw([]), "");
  assert.equal(draw([{ at: AT, value: null }]), "");
  assert.equal(draw([{ at: AT, value: 10 }]), "M0.0 0.0H100.0");
  const half = AT + REMEMBERED_MS / 2;
  assert.equal(
    draw([
      { at: AT, value: 0 },
      { at: half, value: 20 },
    ]),
    "M0.0 20.0H50.0L50.0 0.0H100.0",
  );
  assert.equal(
    draw([
      { at: AT, value: 5 },
      { at: half, value: null },
      { at: half + 60_000, value: 5 },
    ]),
    "M0.0 10.0H50.0M60.0 10.0H100.0",
  );
});
