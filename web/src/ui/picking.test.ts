import assert from "node:assert/strict";
import { test } from "node:test";
import { folded, grouped, matching, type Pick } from "./picking.ts";

const ITEMS: Pick[] = [
  { id: "a", text: "Approve", group: "Question" },
  { id: "r", text: "Reject", more: "not taken", group: "Question" },
  { id: "p", text: "Let it be approved", group: "Desk" },
];
const ids = (items: readonly Pick[]): string => items.map((one) => one.id).join("");

test("accents and capitals do not matter", () => {
  assert.equal(folded("¿Qué pasó, ÁRBOL?"), "¿que paso, arbol?");
});

test("nothing typed finds everything in its order", () => {
  assert.equal(ids(matching(ITEMS, "  ")), "arp");
});

test("every word must be there, and what begins so comes first", () => {
  assert.equal(ids(matching(ITEMS, "appro")), "ap");
  assert.equal(ids(matching(ITEMS, "be appro")), "p");
  assert.equal(ids(matching(ITEMS, "taken")), "r");
  assert.equal(ids(matching(ITEMS, "nothing")), "");
});

test("groups stand in the order in which they come", () => {
  assert.deepEqual(
    grouped(ITEMS).map(([group, items]) => [group, ids(items)]),
    [
      ["Question", "ar"],
      ["Desk", "p"],
    ],
  );
});
