import assert from "node:assert/strict";
import { test } from "node:test";
import type { PolicyView } from "../net/protocol.gen.ts";
import { changesOf, typedWords } from "./policy.ts";

const WAS: PolicyView = {
  moderation: "before",
  names: "optional",
  at_end: "keep",
  slow_s: 0,
  pending_most: 5,
  reasons: false,
  words: { en: ["spam"] },
  public_results: false,
};

test("a list is parted by commas and lines, and has each word once", () => {
  assert.deepEqual(typedWords(" spam, buy now;\nspam,, "), ["spam", "buy now"]);
  assert.deepEqual(typedWords(" "), []);
});

test("only what differs is sent", () => {
  assert.deepEqual(changesOf(WAS, { ...WAS, words: { en: ["spam"], es: [] } }), {});
  assert.deepEqual(changesOf(WAS, { ...WAS, moderation: "after", slow_s: 60 }), {
    moderation: "after",
    slow_s: 60,
  });
});

test("a list that was emptied is sent empty, which removes it", () => {
  assert.deepEqual(changesOf(WAS, { ...WAS, words: { en: [], es: ["basura"] } }), {
    words: { en: [], es: ["basura"] },
  });
});
