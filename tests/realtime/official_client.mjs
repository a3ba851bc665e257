// One conformance run with the official JavaScript client, unchanged: what a program in the wild
// would do. Prints one JSON line of what it saw; `test_official_client.py` judges it.
//
// usage: node official_client.mjs URL EVENT TRANSPORTS(comma) MODERATOR_TOKEN

import { createRequire } from "node:module";
import { randomUUID } from "node:crypto";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { io } = require("socket.io-client");

const [url, event, transports, moderator] = process.argv.slice(2);
const seen = { codes: [] };

function client(view, more = {}) {
  const one = { state: null, cursor: null, me: null, beats: 0, patches: 0, snapshots: 0 };
  one.socket = io(url, {
    transports: transports.split(","),
    reconnection: false,
    auth: { event, view, ...more },
  });
  one.socket.on("snapshot", (m) => {
    one.state = m.state;
    one.cursor = m.cursor;
    one.snapshots += 1;
  });
  one.socket.on("patch", (m) => {
    one.patches += 1;
    if (m.from !== one.cursor) throw new Error(`patch from ${m.from}, held ${one.cursor}`);
    one.state = merge(one.state, m.patch);
    one.cursor = m.to;
  });
  one.socket.on("me", (m) => (one.me = merge("id" in m ? null : one.me, m)));
  one.socket.on("beat", (m) => {
    one.beats += 1;
    if (m.cursor !== one.cursor) throw new Error("beat disagrees");
  });
  one.do = (type, fields) =>
    one.socket.timeout(5000).emitWithAck("command", { id: randomUUID(), type, ...fields });
  return one;
}

function merge(target, patch) {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result = typeof target === "object" && target !== null ? { ...target } : {};
  for (const [key, value] of Object.entries(patch))
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  return result;
}

async function until(holds, what) {
  const end = Date.now() + 8000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await new Promise((go) => setTimeout(go, 10));
  }
}

const phone = client("audience", { room: "main" });
const desk = client("desk", { token: moderator });
await until(() => phone.state && desk.state && phone.me, "first views");
seen.snapshots = phone.snapshots;

const time = await phone.socket.timeout(5000).emitWithAck("time", { t0: 12.5 });
seen.time = time.t0 === 12.5 && Math.abs(time.t1 - Date.now()) < 2000;

const text = "¿Qué pasa con las regiones rurales? 🌽";
const asked = await phone.do("question.ask", { text, room: "main" });
const question = asked.result.question;
await until(() => desk.state.questions[question], "the desk sees it");
seen.hidden = phone.state.questions[question] === undefined;
await desk.do("question.approve", { question, revision: 1 });
await until(() => phone.state.questions[question]?.text === text, "the audience sees it");
await phone.do("question.upvote", { question });
await until(() => desk.state.questions[question].upvotes === 1, "the vote counts");
await until(() => phone.me.votes[question] === true, "my vote");
await desk.do("question.reject", { question });
await until(() => phone.state.questions[question] === undefined, "it is gone");

for (const body of [null, [], 7, { id: "x", type: "nothing" }, { id: "x", type: "question.ask" }]) {
  const answer = await phone.socket.timeout(5000).emitWithAck("command", body);
  seen.codes.push(answer.error.code);
}
const held = phone.cursor;
const again = await phone.socket.timeout(5000).emitWithAck("resync", { cursor: held });
seen.resync = again.ok;
await until(() => phone.beats > 0, "a beat");
seen.transport = phone.socket.io.engine.transport.name;

const stranger = io(url, { transports: transports.split(","), reconnection: false, auth: { event, view: "desk" } });
const refusal = await new Promise((tell) => stranger.on("connect_error", tell));
seen.refusal = refusal.data.code;

phone.socket.disconnect();
desk.socket.disconnect();
stranger.disconnect();
console.log(JSON.stringify(seen));
