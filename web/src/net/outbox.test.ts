import assert from "node:assert/strict";
import { test } from "node:test";
import { newId, Outbox, type Queued } from "./outbox.ts";
import type { Ack } from "./protocol.gen.ts";

const DONE: Ack = { ok: true, cursor: "9.f" };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function world(answers: (Ack | Error)[]) {
  const sent: Queued[] = [];
  const later: (() => void)[] = [];
  const kept = new Map<string, string>();
  const net = { online: true };
  let ids = 0;
  const make = () =>
    new Outbox({
      send: async (body) => {
        sent.push(body);
        const answer = answers.shift() ?? DONE;
        if (answer instanceof Error) throw answer;
        return answer;
      },
      online: () => net.online,
      storage: {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => void kept.set(key, value),
      },
      newId: () => `id-${++ids}`,
      clock: () => 1000,
      later: (act) => later.push(act),
    });
  return { sent, later, net, make };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("a command whose answer is lost goes again with the same id", async () => {
  const { sent, later, make } = world([new Error("timeout"), DONE]);
  const outbox = make();
  const answer = outbox.command("question.upvote", { question: "q1" });
  await turn();
  assert.equal(outbox.pending.value.length, 1);
  later.shift()?.();
  assert.deepEqual(await answer, DONE);
  assert.deepEqual(sent, [
    { id: "id-1", type: "question.upvote", question: "q1" },
    { id: "id-1", type: "question.upvote", question: "q1" },
  ]);
  assert.deepEqual(outbox.pending.value, []);
});

test("what a reconnect has delivered is not sent again by an earlier retry", async () => {
  const { sent, later, make } = world([new Error("disconnected"), DONE]);
  const outbox = make();
  const answer = outbox.command("question.upvote", { question: "q1" });
  await turn();
  outbox.flush();
  assert.deepEqual(await answer, DONE);
  later.shift()?.();
  await turn();
  assert.equal(sent.length, 2);
});

test("commands made offline go out at the next connection, in order", async () => {
  const { sent, net, make } = world([]);
  net.online = false;
  const outbox = make();
  const answers = [
    outbox.command("question.upvote", { question: "q1" }),
    outbox.command("question.unvote", { question: "q1" }),
  ];
  await turn();
  assert.equal(sent.length, 0);
  net.online = true;
  outbox.flush();
  outbox.flush(); // a second time changes nothing: they are on their way
  await Promise.all(answers);
  assert.deepEqual(
    sent.map((body) => body.id),
    ["id-1", "id-2"],
  );
});

test("a page that was loaded again sends what the earlier one could not", async () => {
  const { sent, net, make } = world([]);
  net.online = false;
  void make().command("question.upvote", { question: "q1" });
  net.online = true;
  const second = make();
  assert.equal(second.pending.value.length, 1);
  second.flush();
  await turn();
  assert.deepEqual(
    sent.map((body) => body.id),
    ["id-1"],
  );
  assert.deepEqual(make().pending.value, []);
});

test("a page that was loaded again hears what became of what it had sent", async () => {
  const { net, make } = world([DONE]);
  net.online = false;
  void make().command("question.ask", { text: "why?" });
  const outbox = make();
  const answer = outbox.answerTo("id-1");
  assert.equal(outbox.answerTo("id-2"), null);
  net.online = true;
  outbox.flush();
  assert.deepEqual(await answer, DONE);
  assert.equal(outbox.answerTo("id-1"), null);
});

test("a refusal is an answer; only `unavailable` is tried again", async () => {
  const error = { code: "question.closed", message: "Closed.", retryable: false };
  const busy = { code: "unavailable", message: "Later.", retryable: true, retry_after: 1 };
  const { sent, later, make } = world([
    { ok: false, error },
    { ok: false, error: busy },
  ]);
  const outbox = make();
  assert.deepEqual(await outbox.command("question.upvote", { question: "q1" }), {
    ok: false,
    error,
  });
  const second = outbox.command("question.upvote", { question: "q2" });
  await turn();
  later.shift()?.();
  assert.deepEqual(await second, DONE);
  assert.deepEqual(
    sent.map((body) => body.id),
    ["id-1", "id-2", "id-2"],
  );
});

test("ids are UUIDs, also on pages without TLS", () => {
  assert.match(newId(), UUID);
  const own = Object.getOwnPropertyDescriptor(crypto, "randomUUID");
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  try {
    assert.match(newId(), UUID);
  } finally {
    if (own) Object.defineProperty(crypto, "randomUUID", own);
    else delete (crypto as Partial<Crypto>).randomUUID;
  }
});
