import assert from "node:assert/strict";
import { test } from "node:test";
import type { QuestionView } from "../../net/protocol.gen.ts";
import { floodsOf } from "./floods.ts";

const entry = (id: string, author: string): readonly [string, QuestionView] => [
  id,
  { session: "s", text: "?", upvotes: 0, status: "pending", asked_at: 0, author },
];

test("four questions of one author are a flood, three are not", () => {
  const entries = [..."abc"].map((id) => entry(id, "x"));
  assert.deepEqual(floodsOf(entries, []), []);
  assert.deepEqual(floodsOf([...entries, entry("d", "y"), entry("e", "x")], []), [
    { key: "author x", why: "author", ids: ["a", "b", "c", "e"], author: "x" },
  ]);
});

test("three that say the same are a flood, in the order of the column", () => {
  const entries = [..."abcd"].map((id) => entry(id, id));
  assert.deepEqual(floodsOf(entries, [{ questions: ["c", "a", "d", "gone"], likeness: 97 }]), [
    { key: "alike a", why: "alike", ids: ["a", "c", "d"] },
  ]);
  assert.deepEqual(floodsOf(entries, [{ questions: ["c", "a", "d"], likeness: 70 }]), []);
});

test("three that say the same have an author, if it is one", () => {
  const entries = [..."abc"].map((id) => entry(id, "x"));
  assert.deepEqual(floodsOf(entries, [{ questions: ["a", "b", "c"], likeness: 97 }]), [
    { key: "alike a", why: "alike", ids: ["a", "b", "c"], author: "x" },
  ]);
});

test("a question is in one flood at most", () => {
  const entries = [..."abcdefg"].map((id) => entry(id, "abcd".includes(id) ? "x" : id));
  const floods = floodsOf(entries, [{ questions: ["a", "e", "f", "g"], likeness: 90 }]);
  assert.deepEqual(
    floods.map(({ ids }) => ids.join("")),
    ["abcd", "efg"],
  );
});
