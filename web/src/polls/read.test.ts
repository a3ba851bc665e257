import assert from "node:assert/strict";
import { test } from "node:test";
import type { PollView, TallyView } from "../net/protocol.gen.ts";
import {
  columnsOf,
  isWhole,
  moved,
  pollsOf,
  ranked,
  rowsOf,
  sameAnswer,
  sent,
  shownPoll,
  wordsOf,
} from "./read.ts";

function poll(kind: PollView["kind"], more: Partial<PollView> = {}): PollView {
  return {
    room: "main",
    kind,
    title: "Well?",
    options: {
      2: { text: "No", order: 1 },
      10: { text: "Yes", order: 0 },
      3: { text: "?", order: 2 },
    },
    status: "open",
    results: "live",
    ...more,
  };
}

test("rows of a choice are in the order of the poll and measured by all who answered", () => {
  const tally: TallyView = { total: 4, options: { 10: 3, 2: 1, 3: 0 } };
  const rows = rowsOf(poll("choice"), tally, { choices: ["2"] });
  assert.deepEqual(
    rows.map(({ id, n, part, mine }) => [id, n, part, mine]),
    [
      ["10", 3, 0.75, false],
      ["2", 1, 0.25, true],
      ["3", 0, 0, false],
    ],
  );
  assert.deepEqual(
    rowsOf(poll("choice"), { total: 0, options: {} }).map(({ part }) => part),
    [0, 0, 0],
  );
});

test("rows of a ranking are in the order of their points, with places that may be shared", () => {
  const rows = rowsOf(poll("ranking"), { total: 2, ranking: { 10: 2, 2: 5, 3: 5 } });
  assert.deepEqual(
    rows.map(({ id, part, place }) => [id, part, place]),
    [
      ["2", 1, 1],
      ["3", 1, 1],
      ["10", 0.4, 3],
    ],
  );
});

test("a scale has a column for each number", () => {
  const tally: TallyView = { total: 3, rating: { mean: 2.3, counts: { 1: 1, 3: 2 } } };
  assert.deepEqual(
    columnsOf(poll("rating", { most: 3 }), tally, { rating: 3 }).map(({ n, part, mine }) => [
      n,
      part,
      mine,
    ]),
    [
      [1, 0.5, false],
      [0, 0, false],
      [2, 1, true],
    ],
  );
});

test("words come by number, then by name", () => {
  assert.deepEqual(
    wordsOf({ total: 3, words: { b: 1, a: 1, c: 2 } }).map(({ text }) => text),
    ["c", "a", "b"],
  );
});

test("polls of a room, the one that was opened last first; and the one on the screens", () => {
  const polls = {
    a: poll("choice", { opened_at: 1 }),
    b: poll("choice", { opened_at: 5 }),
    c: poll("choice", { status: "draft", created_at: 9 }),
    d: poll("choice", { room: "side", opened_at: 7 }),
  };
  const view = { polls, rooms: { main: { poll: "b" }, side: {} } } as never;
  assert.deepEqual(
    pollsOf(view, "main").map(({ id }) => id),
    ["b", "a", "c"],
  );
  assert.equal(pollsOf(null).length, 0);
  assert.equal(shownPoll(view, "main")?.id, "b");
  assert.equal(shownPoll(view, "side"), null);
});

test("what is sent is clean, and what says nothing is no answer", () => {
  assert.deepEqual(sent(poll("multiple"), { choices: ["3", "10"] }), { choices: ["10", "3"] });
  assert.deepEqual(sent(poll("ranking"), { choices: ["3", "10"] }), { choices: ["3", "10"] });
  assert.deepEqual(sent(poll("words"), { words: [" a ", "", "b"] }), { words: ["a", "b"] });
  assert.deepEqual(sent(poll("rating"), { rating: 2 }), { rating: 2 });
  assert.ok(!isWhole(poll("words"), { words: [" "] }));
  assert.ok(!isWhole(poll("choice"), {}));
  assert.ok(isWhole(poll("rating"), { rating: 1 }));
  assert.ok(sameAnswer({}, undefined));
  assert.ok(!sameAnswer({ choices: ["1", "2"] }, { choices: ["2", "1"] }));
});

test("a ranking has everything in it, and items move", () => {
  const ids = ranked(poll("ranking"), { choices: ["3", "gone"] }).map(({ id }) => id);
  assert.deepEqual(ids, ["3", "10", "2"]);
  assert.deepEqual(moved(["a", "b", "c"], 0, 2), ["b", "c", "a"]);
  assert.deepEqual(moved(["a", "b", "c"], 2, -4), ["c", "a", "b"]);
  assert.deepEqual(moved(["a"], 5, 0), ["a"]);
});
