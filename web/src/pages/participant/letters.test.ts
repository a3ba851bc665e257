import assert from "node:assert/strict";
import { test } from "node:test";
import { onTheWay, type Letter } from "./letters.ts";

const AT = 1_700_000_000_000;
const own = (text: string, asked_at = AT + 50) => ({ text, asked_at });
const letter = (id: string, more: Partial<Letter> = {}): Letter => ({
  id,
  text: "How?",
  name: "",
  sent_at: AT,
  ...more,
});
const ids = (letters: readonly Letter[]) => letters.map((one) => one.id);

test("a letter is on its way until the server tells of it", () => {
  assert.deepEqual(ids(onTheWay([letter("a")], {})), ["a"]);
  assert.deepEqual(ids(onTheWay([letter("a")], { q: own("Why?") })), ["a"]);
});

test("`me` before the answer ends the letter", () => {
  assert.deepEqual(ids(onTheWay([letter("a", { text: " How? \n" })], { q: own("How?") })), []);
});

test("the answer before `me` keeps the letter until `me` shows the question", () => {
  const answered = letter("a", { question: "q" });
  assert.deepEqual(ids(onTheWay([answered], { p: own("How?") })), ["a"]);
  assert.deepEqual(ids(onTheWay([answered], { q: own("Reworded by a moderator") })), []);
});

test("the same text asked twice is two letters", () => {
  const two = [letter("a"), letter("b")];
  assert.deepEqual(ids(onTheWay(two, { q: own("How?") })), ["b"]);
  assert.deepEqual(ids(onTheWay(two, { q: own("How?"), r: own("How?") })), []);
  const first = letter("a", { question: "q" });
  assert.deepEqual(ids(onTheWay([first, letter("b")], { q: own("How?") })), ["b"]);
});

test("a question of before is not the letter, even in the same words", () => {
  assert.deepEqual(ids(onTheWay([letter("a", { before: ["q"] })], { q: own("How?") })), ["a"]);
  assert.deepEqual(ids(onTheWay([letter("a")], { q: own("How?", AT - 120_000) })), ["a"]);
});

test("a refused letter stays until it is taken back", () => {
  const error = { code: "question.closed", message: "", retryable: false };
  assert.deepEqual(ids(onTheWay([letter("a", { error })], { q: own("How?") })), ["a"]);
});
