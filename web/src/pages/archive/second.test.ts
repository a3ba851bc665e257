import assert from "node:assert/strict";
import { test } from "node:test";
import { addressAt, askedIn, chapterAt, questionAt, secondOf, stampOf } from "./second.ts";

test("seconds as people and sites write them", () => {
  const read = ["754", "754.5", "12:34", "1:02:03", "90:00", "1h2m3s", "12m", "45s", " 7 "];
  assert.deepEqual(read.map(secondOf), [754, 754.5, 754, 3723, 5400, 3723, 720, 45, 7]);
  for (const text of ["", "soon", "-5", "1:2", "1:72", "1e5", "12:34:56:78", "m", "5 s"])
    assert.equal(secondOf(text), null, text);
  assert.equal(secondOf("9999999"), 1_000_000);
});

test("seconds as players show them", () => {
  assert.deepEqual([0, 7.9, 754, 3723, 36_000, -3].map(stampOf), [
    "0:00",
    "0:07",
    "12:34",
    "1:02:03",
    "10:00:00",
    "0:00",
  ]);
});

test("an address asks for a second, the fragment first", () => {
  const asked = (text: string): number | null => askedIn(new URL(`https://a.example/e/day${text}`));
  assert.equal(asked(""), null);
  assert.equal(asked("?t=12:34"), 754);
  assert.equal(asked("?t=5#t=1m"), 60);
  assert.equal(asked("#t=10,20"), 10);
  assert.equal(asked("?t=12%3A34"), 754);
  assert.equal(asked("#agenda"), null);
  assert.equal(asked("?t=soon"), null);
});

test("the address of a second keeps what else it says", () => {
  const at = (text: string, seconds: number): string =>
    addressAt(new URL(`https://a.example/e/day${text}`), seconds).href.replace(/^.*\/day/, "");
  assert.equal(at("?room=main&t=5#t=9", 754.9), "?room=main&t=754");
  assert.equal(at("?session=s3&t=5", 0), "?session=s3");
  assert.equal(at("", 3), "?t=3");
});

const CHAPTERS = [
  { at: 0, end: 60 },
  { at: 60, end: 200 },
  { at: 300, end: 400 },
];

test("the chapter of a second, none in a gap and after the end", () => {
  assert.deepEqual(
    [0, 59.9, 60, 199, 200, 250, 300, 399, 400].map((at) => chapterAt(CHAPTERS, at)),
    [0, 0, 1, 1, -1, -1, 2, 2, -1],
  );
  assert.equal(chapterAt([], 5), -1);
  assert.equal(chapterAt([{ at: 10, end: 20 }], 5), -1);
});

test("the question of a second is the last of its chapter that had begun", () => {
  const questions = [70, 120, 320, 65];
  assert.equal(questionAt(questions, CHAPTERS[1], 61), -1);
  assert.equal(questionAt(questions, CHAPTERS[1], 66), 3);
  assert.equal(questionAt(questions, CHAPTERS[1], 119), 0);
  assert.equal(questionAt(questions, CHAPTERS[1], 150), 1);
  assert.equal(questionAt(questions, CHAPTERS[2], 310), -1);
  assert.equal(questionAt(questions, CHAPTERS[2], 320), 2);
  assert.equal(questionAt(questions, undefined, 320), -1);
});
