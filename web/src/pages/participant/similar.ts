// Questions like the one that is being typed, asked of the server when the writer pauses: a vote for
// one that is there says more than a second one.

import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import { boot } from "../../boot.ts";
import type { SimilarAnswer } from "../../net/protocol.gen.ts";
import { state, status } from "../../state/store.ts";
import { about, draft } from "./asking.ts";
import { roomId } from "./room.ts";

const PAUSE_MS = 400;
const LEAST = 12; // characters; fewer are like everything
const MOST = 3;
const TRIES_MS = 2000; // after a failure

const found = signal<{ text: string; ids: readonly string[] }>({ text: "", ids: [] });

/** The ids of public questions that are like the draft, the likest first. */
export const similar: ReadonlySignal<readonly string[]> = computed(() => {
  const text = draft.value.trim();
  if (text.length < LEAST) return [];
  // without the server there is nothing new to offer, and what is old is about another text
  if (status.value.is !== "live" && text !== found.value.text) return [];
  const table = state.value?.questions ?? {};
  return found.value.ids.filter((id) => table[id] !== undefined).slice(0, MOST);
});

/** Compares with what the question would be beside: its session's, else its room's. */
async function ask(text: string, gone: AbortSignal): Promise<void> {
  const [room, session] = [roomId.peek(), about.peek()];
  const answer = await fetch(`/api/v1/events/${boot.event}/similar`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      text,
      ...(session !== null ? { session } : room !== undefined && { room }),
    }),
    signal: gone,
  });
  if (!answer.ok) throw new Error(String(answer.status));
  const { questions } = (await answer.json()) as SimilarAnswer;
  if (!gone.aborted) found.value = { text, ids: questions.map((one) => one.question) };
}

/** Follows the draft for as long as the page lives. */
export function watchSimilar(): void {
  let gone = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let restUntil = 0;
  effect(() => {
    const text = draft.value.trim();
    gone.abort();
    clearTimeout(timer);
    if (text.length < LEAST || text === found.peek().text) return;
    gone = new AbortController();
    const { signal } = gone;
    timer = setTimeout(
      () => {
        if (status.peek().is !== "live") return;
        ask(text, signal).catch(() => {
          // it is only an offer: a server that has no time for it is left alone for a moment
          if (!signal.aborted) restUntil = performance.now() + TRIES_MS;
        });
      },
      Math.max(PAUSE_MS, restUntil - performance.now()),
    );
  });
}
