// Who is on which question. Resting on one says so to the others after a moment; going on takes it back.
// It keeps nobody from deciding.

import { effect } from "@preact/signals";
import { now, serverNow } from "../../net/clock.ts";
import type { QuestionView } from "../../net/protocol.gen.ts";
import { command, me, state, status } from "../../state/store.ts";
import { focus, writing } from "./model.ts";

const AFTER_MS = 900;
/** A claim lasts two minutes; whoever is still there makes it again in time. */
const AGAIN_MS = 75_000;
/** Whoever did nothing for so long is not on it any more. */
const IDLE_MS = 100_000;

/** Somebody else who is on a question now, and for how long it is said. */
export function claimOf(question: QuestionView): { by: string; left: number } | null {
  const { claim } = question;
  if (claim === undefined || claim.actor === me.value?.id) return null;
  const left = claim.until_at - now.value;
  return left <= 0 ? null : { by: claim.by, left };
}

let mine: string | null = null;

function release(): void {
  const id = mine;
  mine = null;
  if (id === null || state.peek()?.questions[id]?.claim?.actor !== me.peek()?.id) return;
  void command("question.release", { question: id });
}

function claim(id: string): void {
  const question = state.peek()?.questions[id];
  if (question === undefined || !/^(pending|approved)$/.test(question.status)) return;
  const held = question.claim;
  const others = held !== undefined && held.actor !== me.peek()?.id;
  if (status.peek().is !== "live" || document.hidden) return;
  if (others && held.until_at > serverNow()) return; // theirs; it is on the card
  mine = id;
  void command("question.claim", { question: id });
}

/** Claims what the focus rests on, for as long as the page is there. */
export function followFocus(): () => void {
  let acted = performance.now();
  let made = 0;
  const noteActed = (): void => void (acted = performance.now());
  const events = ["keydown", "pointerdown", "pointermove"] as const;
  for (const name of events) document.addEventListener(name, noteActed, { passive: true });
  window.addEventListener("pagehide", release);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    const id = writing.value?.id ?? focus.value;
    clearTimeout(timer);
    if (mine !== null && mine !== id) release();
    if (id === null || mine === id) return;
    timer = setTimeout(() => {
      made = performance.now();
      claim(id);
    }, AFTER_MS);
  });
  const again = setInterval(() => {
    if (mine === null) return;
    const at = performance.now();
    if (at - acted > IDLE_MS || document.hidden) release();
    else if (at - made > AGAIN_MS) {
      made = at;
      claim(mine);
    }
  }, 5_000);
  return () => {
    stop();
    clearTimeout(timer);
    clearInterval(again);
    for (const name of events) document.removeEventListener(name, noteActed);
    window.removeEventListener("pagehide", release);
    release();
  };
}
