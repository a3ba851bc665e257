// The server's time, as far as a browser can know it: of several questions the one with the shortest
// way is believed. Everything that ticks reads `now` (once a second) or `serverNow()`.

import { effect, signal } from "@preact/signals";
import type { TimeAnswer } from "./protocol.gen.ts";

export interface Sample {
  /** What to add to the local clock, in ms. */
  offset: number;
  /** The time that question and answer took, in ms. */
  rtt: number;
}

const QUESTIONS = 5;
const AGAIN_MS = 4 * 60_000;

const offset = signal(0);

/** The server's time in ms since the epoch. Reading it in a component follows corrections. */
export function serverNow(): number {
  return Date.now() + offset.value;
}

/** The server's time, renewed at each of its full seconds: what clocks and countdowns read. */
export const now = signal(Date.now());

export function sample(answer: TimeAnswer, t2: number): Sample {
  const rtt = t2 - answer.t0;
  return { rtt, offset: answer.t1 - (answer.t0 + rtt / 2) };
}

/** The sample with the shortest way: its error is at most half of that. */
export function best(samples: readonly Sample[]): Sample | undefined {
  return samples.reduce<Sample | undefined>(
    (least, one) => (least === undefined || one.rtt < least.rtt ? one : least),
    undefined,
  );
}

export function setOffset(ms: number): void {
  offset.value = ms;
  beat();
}

/** Asks the server several times and takes the best answer; unanswered questions do not count. */
export async function synchronise(
  ask: (t0: number) => Promise<TimeAnswer>,
  clock: () => number = Date.now,
): Promise<Sample | undefined> {
  const samples: Sample[] = [];
  for (let i = 0; i < QUESTIONS; i++) {
    try {
      const answer = await ask(clock());
      samples.push(sample(answer, clock()));
    } catch {
      break; // disconnected: the next connection asks again
    }
  }
  const found = best(samples);
  if (found !== undefined) setOffset(found.offset);
  return found;
}

/** Synchronises now, every few minutes, and when the device wakes up. Returns how to stop. */
export function keepTime(ask: (t0: number) => Promise<TimeAnswer>): () => void {
  const again = (): void => void synchronise(ask);
  const awake = (): void => {
    if (document.visibilityState === "visible") again();
  };
  again();
  const timer = setInterval(again, AGAIN_MS);
  document.addEventListener("visibilitychange", awake);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", awake);
  };
}

let timer: ReturnType<typeof setTimeout> | undefined;

function beat(): void {
  if (timer === undefined) return;
  clearTimeout(timer);
  const at = Date.now() + offset.peek();
  // first of all: an effect that throws must not stop the clock
  timer = setTimeout(beat, 1000 - (at % 1000) + 5);
  now.value = at;
}

if (typeof document !== "undefined") {
  timer = setTimeout(() => undefined);
  beat();
}

/** Calls `act` at each full second of the server, until the returned function is called. */
export function everySecond(act: (at: number) => void): () => void {
  return effect(() => act(now.value));
}
