import assert from "node:assert/strict";
import { test } from "node:test";
import type { QuestionView } from "../../net/protocol.gen.ts";
import { folded, ordered, type Wanted } from "./order.ts";

const question = (text: string, more: Partial<QuestionView> = {}): QuestionView => ({
  session: "s3",
  text,
  upvotes: 0,
  status: "approved",
  asked_at: 1000,
  ...more,
});
const TABLE = {
  early: question("How do regions begin?", { upvotes: 2, asked_at: 1 }),
  late: question("¿Quién evalúa la región?", { upvotes: 2, asked_at: 9 }),
  most: question("Who pays?", { upvotes: 7, asked_at: 5, name: "José" }),
  other: question("A question of the session before", { session: "s1", upvotes: 99 }),
  done: question("Is there a report?", {
    status: "answered",
    answered_at: 20,
    reply: "In Región.",
  }),
  older: question("And slides?", { status: "answered", answered_at: 10 }),
};
const ids = (wanted: Partial<Wanted>) =>
  ordered(TABLE, { by: "top", search: "", here: "s3", ...wanted });

test("the most voted of what is on come first, the earlier one at equal votes", () => {
  assert.deepEqual(ids({}), ["most", "early", "late", "other"]);
});

test("newest and answered have their own order", () => {
  assert.deepEqual(ids({ by: "new" }), ["other", "late", "most", "early"]);
  assert.deepEqual(ids({ by: "answered" }), ["done", "older"]);
});

test("what is on screen is not listed a second time", () => {
  assert.deepEqual(ids({ without: "most" }), ["early", "late", "other"]);
});

test("a search ignores case and accents and looks at answers and names too", () => {
  assert.deepEqual(ids({ search: "REGION" }), ["early", "late", "done"]);
  assert.deepEqual(ids({ search: "  jose " }), ["most"]);
  assert.deepEqual(ids({ search: "region evalua" }), ["late"]);
  assert.deepEqual(ids({ search: "who", without: "most" }), ["most"]);
  assert.deepEqual(ids({ search: "slides", by: "answered" }), ["older"]);
  assert.deepEqual(ids({ search: "nothing like this" }), []);
});

test("folding is the same for every way to write a letter", () => {
  assert.equal(folded("  ÁRBOL\n ﬁn "), "arbol fin");
});
