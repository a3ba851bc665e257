import assert from "node:assert/strict";
import { test } from "node:test";
import { blank, problemOf, wishOf } from "./poll.ts";

test("a poll needs a question, and two options that differ where it has any", () => {
  const draft = { ...blank(), title: " " };
  assert.equal(problemOf(draft), "title");
  assert.equal(problemOf({ ...draft, title: "Which?" }), "options");
  assert.equal(problemOf({ ...draft, title: "Which?", options: ["Yes", " yes "] }), "same");
  assert.equal(problemOf({ ...draft, title: "Which?", options: ["Yes", "No"] }), null);
  assert.equal(problemOf({ ...draft, title: "How much?", kind: "rating" }), null);
});

test("what is sent has no empty options, and no more choices than options", () => {
  const draft = { ...blank("s1"), title: " Which? ", options: ["A", "", " B "] };
  assert.deepEqual(wishOf(draft), { title: "Which?", options: ["A", "B"], results: "after" });
  assert.deepEqual(wishOf({ ...draft, kind: "multiple", most: 3 }), {
    title: "Which?",
    options: ["A", "B"],
    results: "after",
    most: 2,
  });
  assert.deepEqual(wishOf({ ...draft, kind: "words", most: 2, results: "hidden" }), {
    title: "Which?",
    options: [],
    results: "hidden",
    most: 2,
  });
  assert.deepEqual(wishOf({ ...draft, kind: "choice", most: 2 }).most, undefined);
});
