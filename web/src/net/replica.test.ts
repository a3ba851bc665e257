import assert from "node:assert/strict";
import { test } from "node:test";
import type { ViewState } from "./protocol.gen.ts";
import { Replica } from "./replica.ts";

const state = { questions: { q1: { upvotes: 1 } } } as unknown as ViewState;

test("a patch on top of the held cursor is applied", () => {
  const replica = new Replica();
  replica.snapshot({ cursor: "5.a", at: 0, view: "audience", state });
  const patch = { questions: { q1: { upvotes: 2 } } };
  assert.equal(replica.patch({ from: "5.a", to: "6.b", at: 0, patch }), true);
  assert.equal(replica.cursor, "6.b");
  assert.deepEqual(replica.state, { questions: { q1: { upvotes: 2 } } });
});

test("a patch from another cursor, or before any snapshot, changes nothing and asks again", () => {
  const replica = new Replica();
  const message = { from: "5.b", to: "6.b", at: 0, patch: { questions: null } };
  assert.equal(replica.patch(message), false);
  replica.snapshot({ cursor: "5.a", at: 0, view: "audience", state });
  assert.equal(replica.patch(message), false);
  assert.equal(replica.cursor, "5.a");
  assert.equal(replica.state, state);
});

test("a copy of the device resumes where it was", () => {
  const replica = new Replica({ cursor: "5.a", state });
  assert.equal(replica.agrees({ cursor: "5.a", at: 0 }), true);
  assert.equal(replica.patch({ from: "5.a", to: "7.c", at: 0, patch: {} }), true);
});
