import assert from "node:assert/strict";
import { test } from "node:test";
import { marked } from "./marked.ts";

const said = (text: string, hints: string[], sought = ""): string =>
  marked(text, hints, sought)
    .map(({ text, mark }) => (mark === undefined ? text : `${mark}(${text})`))
    .join("");

test("whole words are marked, whatever their accents and capitals", () => {
  assert.equal(said("Un ESTÚPIDO estupidome", ["estúpido"]), "Un hint(ESTÚPIDO) estupidome");
});

test("a hint of several words is marked as one", () => {
  assert.equal(said("Buy it now, cheap!", ["it now"]), "Buy hint(it now), cheap!");
});

test("what is searched for is marked within words, a hint goes first", () => {
  assert.equal(
    said("regional damn regions", ["damn"], "regio"),
    "found(regional) hint(damn) found(regions)",
  );
  assert.equal(said("plain", [], ""), "plain");
});
