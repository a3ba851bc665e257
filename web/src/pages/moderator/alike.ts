// Which questions say the same, as the server finds them. Asked again when what is open has changed, and
// not often: it helps, nothing waits for it.

import { effect } from "@preact/signals";
import { boot } from "../../boot.ts";
import type { AlikeAnswer } from "../../net/protocol.gen.ts";
import { state, status } from "../../state/store.ts";
import { alike, roomId } from "./model.ts";

const WAIT_MS = 700;
const APART_MS = 4_000;
const AFTER_FAILURE_MS = 60_000;

/** What is open in the room, as one text: if it is the same there is nothing new to ask. */
function open(): string {
  const parts: string[] = [roomId.peek() ?? ""];
  for (const [id, one] of Object.entries(state.peek()?.questions ?? {}))
    if (one.status === "pending" || one.status === "approved") parts.push(id + one.revision);
  return parts.join(" ");
}

async function ask(room: string): Promise<boolean> {
  try {
    const answer = await fetch(
      `/api/v1/events/${boot.event}/alike?room=${encodeURIComponent(room)}`,
    );
    if (!answer.ok) return false;
    const body = (await answer.json()) as AlikeAnswer;
    if (roomId.peek() === room) alike.value = body.groups;
    return true;
  } catch {
    return false;
  }
}

/** Keeps `alike` up to date for as long as the page is there. */
export function followAlike(): () => void {
  let seen = "";
  let next = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = async (): Promise<void> => {
    timer = undefined;
    const room = roomId.peek();
    const now = open();
    if (room === undefined || now === seen || status.peek().is !== "live") return;
    if (!now.startsWith(`${room} `) || !seen.startsWith(`${room} `)) alike.value = [];
    next = performance.now() + APART_MS;
    if (await ask(room)) seen = now;
    else next = performance.now() + AFTER_FAILURE_MS;
  };
  const stop = effect(() => {
    void state.value?.questions;
    void roomId.value;
    if (status.value.is !== "live") return;
    timer ??= setTimeout(() => void look(), Math.max(WAIT_MS, next - performance.now()));
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
