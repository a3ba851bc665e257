// What layouts are given to draw: the room's moment, the question on stage, how to join. All of it
// is derived here, so that a layout only composes.

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { boot } from "../boot.ts";
import { now } from "../net/clock.ts";
import type {
  DisplayView,
  EventView,
  OptionsView,
  QuestionView,
  RoomView,
} from "../net/protocol.gen.ts";
import { shownPoll, type PollWithId } from "../polls/read.ts";
import { heard, state, status, type WithId } from "../state/store.ts";
import { momentOf, sessionsIn, timezoneOf, type Moment, type Session } from "./moment.ts";
import { noticesFor, type Notice } from "./notices.ts";
import { optionsOf } from "./options.ts";

export const DOT_MS = 11_000; // the server speaks every five seconds: two words missed
export const LEASE_MS = 29_000; // looked at each second: within thirty
export const BELIEVED_MS = 3 * 60_000;

/** One room of several, for those who have to find theirs. */
export interface Hall {
  id: string;
  name: string;
  place: string;
  moment: Moment;
  late_s: number;
  zone: string;
}

export interface Scene {
  layout: string;
  options: OptionsView;
  event: EventView;
  room: WithId<RoomView>;
  /** Where the room lies. */
  zone: string;
  /** The room's sessions in running order. */
  sessions: readonly Session[];
  /** All rooms, in order. */
  halls: readonly Hall[];
  moment: Moment;
  /** Whether the word "live" may be said. */
  believed: boolean;
  /** Whether the server has spoken so lately that questions may be shown and invited. */
  current: boolean;
  /** How late the room is, in seconds, as the public was told. */
  late_s: number;
  question: (QuestionView & { about: string }) | null;
  /** The poll on the screens of the room, in place of a question. */
  poll: (PollWithId & { about: string }) | null;
  /** Messages to the hall, and to who speaks there, the newest first. */
  toHall: readonly Notice[];
  toSpeakers: readonly Notice[];
  /** Where to ask, while questions are taken. */
  join: { address: string; qr: string | null } | null;
  /** Where the agenda and the answers are. */
  home: { address: string; qr: string | null } | null;
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

/** A poll without the results that only the crew sees: a desk shows in small what hangs in the hall. */
function asTheHallSees(poll: PollWithId | null): PollWithId | null {
  if (poll === null) return null;
  const { tally: _, ...rest } = poll;
  const told = poll.results === "live" || (poll.results === "after" && poll.status === "closed");
  return told || poll.revealed || poll.created_at === undefined ? poll : rest;
}

function sceneOf(display: DisplayView): Scene | null {
  const view = state.value;
  if (view === null) return null;
  const at = now.value;
  const room = view.rooms[display.room];
  const options = optionsOf(display);
  const known = believed.value;
  const question = leased.value ? view.questions[room?.spotlight ?? ""] : undefined;
  const poll = known ? asTheHallSees(shownPoll(view, display.room)) : null;
  const open = room?.questions?.state === "open" && options.qr;
  const home =
    boot.join_url === undefined
      ? null
      : { address: readable(boot.join_url), qr: options.qr ? qr.value : null };
  return {
    layout: display.layout,
    options,
    event: view.event,
    room: { ...(room ?? { name: "", order: 0 }), id: display.room },
    zone: timezoneOf(view, display.room),
    sessions: sessionsIn(view, display.room),
    halls: Object.entries(view.rooms)
      .sort(([, a], [, b]) => a.order - b.order)
      .map(([id, one]) => ({
        id,
        name: one.name,
        place: one.place ?? "",
        moment: momentOf(view, id, at, known),
        late_s: one.offset_s ?? 0,
        zone: timezoneOf(view, id),
      })),
    moment: momentOf(view, display.room, at, known),
    believed: known,
    current: leased.value,
    late_s: room?.offset_s ?? 0,
    question:
      question === undefined
        ? null
        : { ...question, about: view.sessions[question.session]?.title ?? "" },
    poll: poll === null ? null : { ...poll, about: view.sessions[poll.session ?? ""]?.title ?? "" },
    toHall: known ? noticesFor(view, "screens", display.room, at) : [],
    toSpeakers: known ? noticesFor(view, "speakers", display.room, at) : [],
    join: open ? home : null,
    home,
  };
}

/** Whether two values say the same; what is the same object is not looked into. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && same(left[key], right[key]))
  );
}

/** The scene of a display. It is made each second and told only when it differs. */
export function sceneFor(
  display: ReadonlySignal<DisplayView | null>,
): ReadonlySignal<Scene | null> {
  let held: Scene | null = null;
  return computed(() => {
    const scene = display.value === null ? null : sceneOf(display.value);
    if (!same(scene, held)) held = scene;
    return held;
  });
}
