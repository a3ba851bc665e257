import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageView, ViewState } from "../net/protocol.gen.ts";
import { noticesFor } from "./notices.ts";

function told(more: Partial<MessageView>): MessageView {
  return { to: "screens", text: "", tone: "info", at: 0, ...more };
}

const state = {
  messages: {
    all: told({ text: "all", at: 1 }),
    here: told({ text: "here", at: 2, room: "main", tone: "warning" }),
    there: told({ text: "there", at: 3, room: "cellar" }),
    brief: told({ text: "brief", at: 4, until_at: 100 }),
    stop: told({ text: "stop", at: 5, to: "speakers" }),
    read: told({ text: "read", at: 6, to: "speakers", acknowledged: { by: "ana", at: 7 } }),
  },
} as unknown as ViewState;

const texts = (to: MessageView["to"], at: number): string[] =>
  noticesFor(state, to, "main", at).map((one) => one.text);

test("a screen shows what is said to its room or to all, the newest first, while it holds", () => {
  assert.deepEqual(texts("screens", 99), ["brief", "here", "all"]);
  assert.deepEqual(texts("screens", 100), ["here", "all"]);
  assert.deepEqual(
    noticesFor(state, "screens", "main", 100).map((one) => one.warns),
    [true, false],
  );
});

test("who speaks is not told again what was read", () => {
  assert.deepEqual(texts("speakers", 50), ["stop"]);
});
