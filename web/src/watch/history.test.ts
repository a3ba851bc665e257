import assert from "node:assert/strict";
import { test } from "node:test";
import type { ViewState } from "../net/protocol.gen.ts";
import { merge } from "../net/merge.ts";
import { History } from "./history.ts";

const START = 1_700_000_000_000;

const VIEW = {
  event: { title: "Day" },
  rooms: { main: { name: "Main", order: 0, live: "s1" } },
  sessions: { s1: { title: "One" } },
  questions: { q1: { upvotes: 1 } },
  polls: { p1: { title: "Which?", status: "open", tally: { answers: 1 } } },
  messages: {},
} as unknown as ViewState;

function live(view: ViewState, session: string): ViewState {
  return merge(view, { rooms: { main: { live: session } } });
}

test("what was shown at an instant", () => {
  const history = new History();
  history.push(START, VIEW);
  history.push(START + 10_000, live(VIEW, "s2"));
  history.push(START + 20_000, live(VIEW, "s3"));
  assert.equal(history.at(START - 1), null);
  assert.equal(history.at(START)?.rooms["main"]?.live, "s1");
  assert.equal(history.at(START + 9_999)?.rooms["main"]?.live, "s1");
  assert.equal(history.at(START + 10_000)?.rooms["main"]?.live, "s2");
  assert.equal(history.at(START + 99_000)?.rooms["main"]?.live, "s3");
});

test("questions and the counts of polls make no entries", () => {
  const history = new History();
  let view = VIEW;
  history.push(START, view);
  for (let n = 1; n < 50; n++) {
    view = merge(view, {
      questions: { [`q${n}`]: { upvotes: n } },
      polls: { p1: { tally: { answers: n } } },
    });
    history.push(START + n, view);
  }
  assert.equal(history.size, 1);
  history.push(START + 60, merge(view, { polls: { p1: { status: "closed" } } }));
  history.push(START + 61, merge(view, { polls: { p2: { title: "Another" } } }));
  history.push(
    START + 62,
    merge(view, { polls: { p2: { title: "Another" }, p1: { tally: null } } }),
  );
  assert.equal(history.size, 4);
  assert.equal("questions" in (history.at(START + 60) ?? {}), false);
});

test("what nobody heard is not known, what comes after is", () => {
  const history = new History();
  history.silence(START); // nothing was heard yet
  history.push(START, VIEW);
  history.silence(START + 5000);
  history.silence(START + 8000);
  assert.equal(history.at(START + 5000)?.rooms["main"]?.live, "s1");
  assert.equal(history.at(START + 5001), null);
  history.push(START + 30_000, VIEW);
  assert.equal(history.at(START + 29_999), null);
  assert.equal(history.at(START + 30_000)?.rooms["main"]?.live, "s1");
});

test("two hours are kept, and the state before them that holds into them", () => {
  const history = new History();
  for (let n = 0; n < 300; n++) history.push(START + n * 60_000, live(VIEW, `s${n}`));
  assert.equal(history.at(START + 100 * 60_000), null);
  assert.equal(history.at(START + 299 * 60_000)?.rooms["main"]?.live, "s299");
  assert.equal(history.at(START + (299 - 120) * 60_000)?.rooms["main"]?.live, "s179");
  assert.ok(history.size <= 122);
});

test("many changes in a short time are bounded too", () => {
  const history = new History();
  for (let n = 0; n < 9000; n++) history.push(START + n, live(VIEW, `s${n}`));
  assert.ok(history.size <= 4001);
  assert.equal(history.at(START + 8999)?.rooms["main"]?.live, "s8999");
});

test("a clock that is set back keeps the order", () => {
  const history = new History();
  history.push(START, VIEW);
  history.push(START - 500, live(VIEW, "s2"));
  assert.equal(history.at(START)?.rooms["main"]?.live, "s2");
});
