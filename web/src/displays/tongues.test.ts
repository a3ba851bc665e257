import assert from "node:assert/strict";
import { test } from "node:test";
import { spoken } from "./tongues.ts";

test("a screen speaks what there are words for, each language once", () => {
  assert.deepEqual(spoken(["en", "es", "qu"], ["en", "es"]), ["en", "es"]);
  assert.deepEqual(spoken(["pt-BR", "pt"], ["en", "pt"]), ["pt"]);
  assert.deepEqual(spoken(["pt-BR"], ["pt", "pt-BR"]), ["pt-BR"]);
  assert.deepEqual(spoken(["qu"], ["en"]), []);
});
