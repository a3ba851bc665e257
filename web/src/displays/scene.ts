// What layouts are given to draw: the room's moment, the question on stage, how to join. All of it
// is derived here, so that a layout only composes.

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { boot } from "../boot.ts";
import { now } from "../net/clock.ts";
import type { DisplayView, EventView, QuestionView, RoomView } from "../net/protocol.gen.ts";
import { heard, state, status } from "../state/store.ts";
import { momentOf, type Moment } from "./moment.ts";

export const DOT_MS = 11_000; // the server speaks every five seconds: two words missed
export const LEASE_MS = 30_000;
export const BELIEVED_MS = 3 * 60_000;

export interface Scene {
  event: EventView;
  room: RoomView;
  rooms: number;
  moment: Moment;
  /** Whether the word "live" may be said. */
  believed: boolean;
  /** Whether the server has spoken so lately that questions may be shown and invited. */
  current: boolean;
  /** How late the room is, in seconds, as the public was told. */
  late_s: number;
  question: (QuestionView & { about: string }) | null;
  /** Where to ask, while questions are taken. */
  join: { address: string; qr: string | null } | null;
}

/** For how long the server has not said that the view is current; since the page began, if never. */
export const quiet: ReadonlySignal<number> = computed(() => {
  void now.value;
  return Math.max(0, performance.now() - (heard.value ?? 0));
});

const never = computed(() => heard.value === null);
export const lost = computed(() => quiet.value > DOT_MS && status.value.is !== "live");
const believed = computed(() => !never.value && quiet.value < BELIEVED_MS);
const leased = computed(() => !never.value && quiet.value < LEASE_MS);

/** The QR code as a data URL, so that it needs no network once it was here. */
export const qr = signal<string | null>(null);

/** "streamhub.example/e/conference" of an address. */
export function readable(url: string): string {
  return url.replace(/^https?:\/\/(www\.)?/, "").replace(/\/$/, "");
}

function sceneOf(display: DisplayView): Scene | null {
  const view = state.value;
  if (view === null) return null;
  const room = view.rooms[display.room];
  const question = leased.value ? view.questions[room?.spotlight ?? ""] : undefined;
  const open = room?.questions?.state === "open" && boot.join_url !== undefined;
  return {
    event: view.event,
    room: room ?? { name: "", order: 0 },
    rooms: Object.keys(view.rooms).length,
    moment: momentOf(view, display.room, now.value, believed.value),
    believed: believed.value,
    current: leased.value,
    late_s: room?.offset_s ?? 0,
    question:
      question === undefined
        ? null
        : { ...question, about: view.sessions[question.session]?.title ?? "" },
    join: open ? { address: readable(boot.join_url ?? ""), qr: qr.value } : null,
  };
}

/** The scene of a display. It is made each second and told only when it differs. */
export function sceneFor(
  display: ReadonlySignal<DisplayView | null>,
): ReadonlySignal<Scene | null> {
  let held: Scene | null = null;
  let written = "";
  return computed(() => {
    const scene = display.value === null ? null : sceneOf(display.value);
    const text = JSON.stringify(scene);
    if (text !== written) [held, written] = [scene, text];
    return held;
  });
}
