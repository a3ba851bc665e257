// What a page knows, as signals. A page calls `connect` once (again to see another room) and renders
// what these hold; it changes nothing here by itself: `command` asks the server.

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { boot } from "../boot.ts";
import { now } from "../net/clock.ts";
import { open, type ConnectOptions, type Connection, type Status } from "../net/connection.ts";
import type { Queued, SendCommand } from "../net/outbox.ts";
import type {
  Ack,
  ErrorBody,
  MeView,
  PresenceMessage,
  ReactionsMessage,
  RoomView,
  SendReaction,
  SessionView,
  StreamsMessage,
  View,
  ViewState,
  Watching,
} from "../net/protocol.gen.ts";

const state_ = signal<ViewState | null>(null);
const cursor_ = signal<string | null>(null);
const me_ = signal<MeView | null>(null);
const presence_ = signal<PresenceMessage | null>(null);
const streams_ = signal<StreamsMessage | null>(null);
const status_ = signal<Status>({ is: "connecting" });
const heard_ = signal<number | null>(null);
const connection = signal<Connection | null>(null);

export const state: ReadonlySignal<ViewState | null> = state_;
export const cursor: ReadonlySignal<string | null> = cursor_;
export const me: ReadonlySignal<MeView | null> = me_;
export const presence: ReadonlySignal<PresenceMessage | null> = presence_;
/** How the streams do, of all rooms that have something to tell. */
export const streams: ReadonlySignal<StreamsMessage | null> = streams_;
export const status: ReadonlySignal<Status> = status_;
/** When (`performance.now()`) the server last said that the view is current; null: not yet. */
export const heard: ReadonlySignal<number | null> = heard_;
/** Commands that are not answered yet: "sent when you are back". */
export const pending: ReadonlySignal<readonly Queued[]> = computed(
  () => connection.value?.outbox.pending.value ?? [],
);

const GRACE_MS = 1500; // a short break, as when a node restarts, is nobody's business

/** Since when the page has been offline; null while it is not, or not for long. */
export const offlineSince: ReadonlySignal<number | null> = computed(() => {
  const is = status_.value;
  if (is.is !== "offline") return null;
  void now.value; // look again when the grace is over
  return Date.now() - is.since < GRACE_MS ? null : is.since;
});

export type Connect = Omit<ConnectOptions, "event" | "locale" | "held"> & {
  event?: string;
  /** Show and keep the last good view on this device (participants and displays). */
  keep?: boolean;
  /** Show what the page holds until the new connection has something to show. */
  carry?: boolean;
};

/** Connects the page to a view; an earlier connection of the page ends. */
export function connect({ keep = false, carry = false, ...options }: Connect): void {
  const event = options.event ?? boot.event;
  if (event === undefined) throw new Error("no event to connect to");
  connection.peek()?.close();
  if (!carry)
    state_.value =
      cursor_.value =
      me_.value =
      presence_.value =
      streams_.value =
      heard_.value =
        null;
  const slot = `streamhub.view.${event}.${options.view}.${options.room ?? ""}`;
  connection.value = open(
    { ...options, event, locale: boot.locale, held: keep && !carry ? lastGood(slot) : null },
    {
      view(state, cursor) {
        state_.value = state;
        cursor_.value = cursor;
        if (keep) keepLater(slot);
      },
      me: (me) => (me_.value = me),
      presence: (presence) => (presence_.value = presence),
      reactions: (told) => onReactions.forEach((hear) => hear(told)),
      streams: (streams) => (streams_.value = streams),
      status: (status) => (status_.value = status),
      heard: () => (heard_.value = performance.now()),
    },
  );
}

export function disconnect(): void {
  connection.peek()?.close();
  connection.value = null;
}

/** Asks the server; resolves to its answer, at the latest when the connection is back. */
export const command: SendCommand = (type, fields) => {
  const held = connection.peek();
  if (held === null) throw new Error("connect first");
  return held.command(type, fields);
};

/** The answer to a command that the page made before it was reloaded; null when there is none. */
export function answerTo(id: string): Promise<Ack> | null {
  return connection.peek()?.outbox.answerTo(id) ?? null;
}

/** Shows the work that this participant owed; tells whether that was taken. */
export function prove(nonce: number): Promise<boolean> {
  return connection.peek()?.prove(nonce) ?? Promise.resolve(false);
}

const onReactions = new Set<(told: ReactionsMessage) => void>();

/** Hears how often people reacted, once a second at most, until what it returns is called. */
export function reactionsHeard(hear: (told: ReactionsMessage) => void): () => void {
  onReactions.add(hear);
  return () => void onReactions.delete(hear);
}

/** Applauds, laughs, …: is sent at once or never. Of one participant three a second count. */
export function react(room: string, kind: SendReaction["kind"]): void {
  connection.peek()?.react(room, kind);
}

/** Tells how the picture of a stream comes: of those who watch, every 20 s. */
export function reportWatching(figures: Watching): void {
  connection.peek()?.watching(figures);
}

/** Displays: tells the producer what is on the glass. */
export function rendered(cursor: string, width: number, height: number): void {
  connection.peek()?.rendered(cursor, width, height);
}

/** The error of an answer, or null. */
export function problem(ack: Ack): ErrorBody | null {
  return ack.ok ? null : ack.error;
}

// --- reading the view ----------------------------------------------------------------------------

export type WithId<T> = T & { id: string };

function withIds<T>(table: Record<string, T> | undefined): WithId<T>[] {
  return Object.entries(table ?? {}).map(([id, one]) => ({ ...one, id }));
}

export const rooms: ReadonlySignal<WithId<RoomView>[]> = computed(() => roomsOf(state.value));

export function roomsOf(view: ViewState | null): WithId<RoomView>[] {
  return withIds(view?.rooms).sort((a, b) => a.order - b.order);
}

/** The sessions of a room (without one: of all) in running order; of `view`, or as they are now. */
export function sessionsOf(room?: string, view = state.value): WithId<SessionView>[] {
  return withIds(view?.sessions)
    .filter((one) => room === undefined || one.room === room)
    .sort((a, b) => a.expected_start_at - b.expected_start_at || a.order - b.order);
}

export function sessionOf(id: string | undefined, view = state.value): WithId<SessionView> | null {
  const found = id === undefined ? undefined : view?.sessions[id];
  return found === undefined || id === undefined ? null : { ...found, id };
}

// --- the last good view on this device -----------------------------------------------------------

interface Kept {
  version: string;
  cursor: string;
  state: ViewState;
}

const KEEP_EVERY_MS = 2000;
const KEEP_SHARE = 400; // a view that takes 30 ms to write is kept every 12 s

let keeping: ReturnType<typeof setTimeout> | undefined;
let keepAfterMs = KEEP_EVERY_MS;

function keepLater(slot: string): void {
  keeping ??= setTimeout(() => {
    keeping = undefined;
    if (state_.value === null || cursor_.value === null) return;
    const begun = performance.now();
    const kept: Kept = { version: boot.version, cursor: cursor_.value, state: state_.value };
    try {
      localStorage.setItem(slot, JSON.stringify(kept));
    } catch {
      // full or forbidden: this device starts empty next time
    }
    keepAfterMs = Math.max(KEEP_EVERY_MS, (performance.now() - begun) * KEEP_SHARE);
  }, keepAfterMs);
}

/** The view that this device kept, if this version of the page wrote it. */
export function lastGood(slot: string): { cursor: string; state: ViewState } | null {
  try {
    const kept = JSON.parse(localStorage.getItem(slot) ?? "null") as Kept | null;
    return kept !== null && kept.version === boot.version ? kept : null;
  } catch {
    return null;
  }
}

/** Forgets every view that this device kept. */
export function forget(): void {
  for (const key of Object.keys(localStorage))
    if (key.startsWith("streamhub.view.")) localStorage.removeItem(key);
}

export type { Ack, ErrorBody, Status, View };
