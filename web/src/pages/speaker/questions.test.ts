import assert from "node:assert/strict";
import { test } from "node:test";
import type { QuestionView, ViewState } from "../../net/protocol.gen.ts";
import { answererOf, questionsFor } from "./questions.ts";

function question(upvotes: number, change: Partial<QuestionView> = {}): QuestionView {
  return { session: "s1", text: "?", upvotes, status: "approved", asked_at: 0, ...change };
}

function view(questions: Record<string, QuestionView>, spotlight?: string): ViewState {
  const room = { name: "Main", order: 0, live: "s1", ...(spotlight && { spotlight }) };
  return { rooms: { main: room }, questions } as unknown as ViewState;
}

test("questions of a speaker are the one on the screens, then those with most votes", () => {
  const { current, coming } = questionsFor(
    view({ a: question(2), b: question(9), c: question(5), d: question(2, { asked_at: 1 }) }, "b"),
    "main",
  );
  assert.equal(current?.id, "b");
  assert.deepEqual(
    coming.map((one) => one.id),
    ["c", "a", "d"],
  );
});

test("questions that are answered, or of another session, do not come next", () => {
  const { current, coming } = questionsFor(
    view({ a: question(2, { status: "answered" }), b: question(9, { session: "s2" }) }),
    "main",
  );
  assert.equal(current, null);
  assert.deepEqual(coming, []);
});

test("the stage list goes before votes, in its own order", () => {
  const state = view({ a: question(2), b: question(9), c: question(5, { session: "s2" }) });
  const room = state.rooms["main"];
  assert.ok(room);
  const listed = { ...state, rooms: { main: { ...room, queue: ["c", "a", "gone"] } } };
  const { coming, listed: isListed } = questionsFor(listed, "main");
  assert.deepEqual(
    coming.map((one) => one.id),
    ["c", "a"],
  );
  assert.ok(isListed);
  assert.ok(!questionsFor(state, "main").listed);
});

test("who answers is told by name", () => {
  const state = {
    ...view({}),
    sessions: { s1: { speakers: [{ id: "ana", name: "Ana Pérez" }] } },
  } as unknown as ViewState;
  assert.equal(answererOf(state, { ...question(1, { for: "ana" }), id: "a" }), "Ana Pérez");
  assert.equal(answererOf(state, { ...question(1), id: "a" }), undefined);
});
