import assert from "node:assert/strict";
import { test } from "node:test";
import { difference, type Part } from "./difference.ts";

function said(before: string, after: string): string {
  const signs: Record<Part["is"], (text: string) => string> = {
    same: (text) => text,
    out: (text) => `[-${text}-]`,
    in: (text) => `{+${text}+}`,
  };
  return difference(before, after)
    .map(({ is, text }) => signs[is](text))
    .join("");
}

test("a changed word is told with what stood there", () => {
  assert.equal(said("Who payed for it?", "Who paid for it?"), "Who [-payed-]{+paid+} for it?");
});

test("words that go and come are told by themselves", () => {
  assert.equal(said("Is this really so?", "Is this so?"), "Is this [-really -]so?");
  assert.equal(said("Is this so?", "Is all of this so?"), "Is {+all of +}this so?");
});

test("neighbouring changes are one change", () => {
  assert.equal(said("the old man", "a young man"), "[-the old-]{+a young+} man");
});

test("nothing changed is one part, and both sides can be put together again", () => {
  assert.deepEqual(difference("¿Qué?", "¿Qué?"), [{ is: "same", text: "¿Qué?" }]);
  const parts = difference("one two three", "three two one");
  const side = (leave: Part["is"]): string =>
    parts
      .filter(({ is }) => is !== leave)
      .map(({ text }) => text)
      .join("");
  assert.equal(side("in"), "one two three");
  assert.equal(side("out"), "three two one");
});
