// In step with the picture: what the page shows is what was so when the picture was taken. Only pages
// that play a stream are late; all others, and whoever asks for "live now", see the present.
// The player (in a script of its own) tells how late it is; this file is in every page.

import { computed, effect, signal, untracked, type ReadonlySignal } from "@preact/signals";
import { now, serverNow } from "../net/clock.ts";
import type { ViewState } from "../net/protocol.gen.ts";
import { behind } from "../state/behind.ts";
import { state, status } from "../state/store.ts";
import { History, type Moment } from "./history.ts";
import { reckoned, together } from "./then.ts";

const BEHIND_MOST_S = 300;
const RECKON_MS = 1000; // what nobody heard is reckoned anew so often

const late_ = signal<number | null>(null);
const ahead = signal(false);
const glance = signal<{ then: Moment; taking: Moment } | null>(null);
const second = signal(0);

/** How late the page's picture is, in ms; null: it plays none, or nobody knows. */
export const late: ReadonlySignal<number | null> = late_;
/** Whether the page goes along with its picture. */
export const inStep: ReadonlySignal<boolean> = computed(() => late_.value !== null && !ahead.value);

/** What the page shows: the view of now, or of when its picture was taken. */
export const shown: ReadonlySignal<ViewState | null> = computed(() => {
  const [view, then] = [state.value, glance.value];
  return view === null || then === null ? view : together(view, then.then, then.taking);
});

/** The time in the picture, renewed each second: for countdowns. */
export const pictureNow: ReadonlySignal<number> = computed(() =>
  glance.value === null ? now.value : second.value,
);

/** Shows what is on now although the picture is late, or goes along with the picture again. */
export function liveNow(on: boolean): void {
  ahead.value = on;
  look();
}

let graceMs = 0;

/**
 * The player says how late its picture is, several times a second, and for how long at most the
 * server waits for who is late. Null: it shows no picture, or nobody knows when it was taken.
 */
export function tell(lateMs: number | null, graceS: number): void {
  late_.value = lateMs;
  graceMs = graceS * 1000;
  look();
}

let history = new History();
let guess: { at: number; view: ViewState; made: Moment } | null = null;

function then(view: ViewState, at: number): Moment {
  const held = history.at(at);
  if (held !== null) return held;
  const second = Math.floor(at / RECKON_MS) * RECKON_MS;
  if (guess?.at !== second || guess.view !== view)
    guess = { at: second, view, made: reckoned(view, second) };
  return guess.made;
}

function look(): void {
  untracked(() => {
    const [view, ms] = [state.value, late_.value];
    if (view === null || ms === null || !inStep.value) {
      glance.value = behind.value = null;
      return;
    }
    const at = serverNow();
    behind.value = Math.min(BEHIND_MOST_S, Math.round(ms / 100) / 10);
    if (Math.floor(second.value / 1000) !== Math.floor((at - ms) / 1000)) second.value = at - ms;
    const next = { then: then(view, at - ms), taking: then(view, at - Math.min(ms, graceMs)) };
    const last = glance.value;
    if (last?.then !== next.then || last.taking !== next.taking) glance.value = next;
  });
}

/** Keeps what the view was, for as long as the page lives. */
export function remember(): void {
  effect(() => {
    const [view, is] = [state.value, status.value.is];
    const at = untracked(serverNow);
    if (view === null) history = new History();
    else if (is === "live") history.push(at, view);
    else history.silence(at);
  });
}
