// The producer's commands. Each is a deed: what it says on its button, and what is sent. A deed may be
// looked at before (foresee.ts) and is told in words when it is refused. Undo is the server's.

import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import { boot } from "../../boot.ts";
import { carried, who } from "../../crew/words.ts";
import { t, timeIn } from "../../i18n.ts";
import { now, serverNow } from "../../net/clock.ts";
import type { Ack, UndoView } from "../../net/protocol.gen.ts";
import { command, me, rooms, sessionOf, sessionsOf, state } from "../../state/store.ts";
import { toast } from "../../ui/index.ts";
import type { Wish } from "./foresee.ts";
import { isMovable, movedBefore, ordered, type Session } from "./model.ts";

// --- what the desk is about ----------------------------------------------------------------------

const chosen = signal(boot.room);

/** The room that the keys and the large button act on. */
export const roomId: ReadonlySignal<string | undefined> = computed(() =>
  chosen.value !== undefined && state.value?.rooms[chosen.value]
    ? chosen.value
    : rooms.value[0]?.id,
);
export const room = computed(() =>
  roomId.value === undefined ? undefined : state.value?.rooms[roomId.value],
);
export const live = computed(() => sessionOf(room.value?.live));
export const next = computed(() => sessionOf(room.value?.next));

export function runningOrder(id: string): Session[] {
  return sessionsOf(id).sort((a, b) => a.order - b.order);
}

/** The rundown of the room, in running order. */
export const rundown = computed(() =>
  roomId.value === undefined ? [] : runningOrder(roomId.value),
);

/** Where a room lies. */
export function zoneOf(id: string | undefined): string {
  const found = id === undefined ? undefined : state.value?.rooms[id];
  return found?.timezone ?? state.value?.event.timezone ?? "UTC";
}

export const zone = computed(() => zoneOf(roomId.value));

/** The marked row, which E, S, X, C and the arrows act on. */
export const row = signal<string | null>(null);

export type DialogIs =
  | { is: "until" }
  | { is: "end" }
  | { is: "edit"; session: string }
  | { is: "insert"; before: string | null }
  | { is: "correct"; session: string }
  | { is: "cancel"; session: string }
  | { is: "stream"; room: string; off?: boolean }
  | { is: "tune"; room: string }
  | { is: "recording"; room: string };
export const dialog = signal<DialogIs | null>(null);

export function chooseRoom(id: string): void {
  leave();
  chosen.value = id;
  row.value = null;
}

function focusRow(id: string): void {
  requestAnimationFrame(() => {
    const line = document.getElementById(`s-${id}`);
    line?.focus({ preventScroll: true });
    line?.scrollIntoView({ block: "nearest" });
  });
}

export function moveRow(by: number): void {
  const ids = rundown.peek().map((one) => one.id);
  const at = ids.indexOf(row.peek() ?? room.peek()?.live ?? "");
  const found = ids[Math.min(ids.length - 1, Math.max(0, at + by))];
  if (found === undefined) return;
  row.value = found;
  focusRow(found);
}

// --- deeds ---------------------------------------------------------------------------------------

export interface Deed {
  /** Deeds of one key wait for one another. */
  key: string;
  wish: Wish;
  /** What it does: "Start: Coffee break". */
  words: string;
  warn?: string | undefined;
}

/** What is looked at; `asked`: it waits for a yes, else it is gone when the pointer is. */
export const proposal = signal<{ deed: Deed; asked: boolean } | null>(null);
/** Where a session would go that is being moved. */
export const moving = signal<{ session: string; before: string | null } | null>(null);
/** Which commands are on their way: their buttons wait. */
export const doing = signal<ReadonlySet<string>>(new Set());

const LOOK_SLOT = "streamhub.producer.look_first";
const look = signal(remembered());
/** Whether every deed is shown before it is done. */
export const lookFirst: ReadonlySignal<boolean> = look;

function remembered(): boolean {
  try {
    return localStorage.getItem(LOOK_SLOT) === "1";
  } catch {
    return false;
  }
}

export function setLookFirst(on: boolean): void {
  look.value = on;
  if (!on) leave();
  try {
    localStorage.setItem(LOOK_SLOT, on ? "1" : "0");
  } catch {
    // this page remembers it
  }
}

/** Looks at a deed for as long as the pointer or the focus is on its control. */
export function glance(deed: Deed | null): void {
  if (proposal.peek()?.asked !== true) proposal.value = deed && { deed, asked: false };
}

/** Nothing is looked at any more, and nothing was done. */
export function leave(): void {
  proposal.value = null;
  moving.value = null;
}

export function same(a: Deed | undefined, b: Deed): boolean {
  return a !== undefined && JSON.stringify(a.wish) === JSON.stringify(b.wish);
}

/** Does it; or shows it first, where that is wished or `ask` says so, and does it the second time. */
export async function perform(deed: Deed | null, ask = false): Promise<void> {
  if (deed === null) return;
  const waiting = proposal.peek();
  if ((ask || look.peek()) && !(waiting?.asked === true && same(waiting.deed, deed))) {
    proposal.value = { deed, asked: true };
    return;
  }
  await carryOut(deed);
}

export async function confirm(): Promise<void> {
  const waiting = proposal.peek();
  if (waiting?.asked === true) await carryOut(waiting.deed);
}

const SETTLE_MS = 700;
const SLOWLY = new Set(["next", "start", "pause", "undo"]);
let mineUntil = 0;

/** Sends a wish. What it does is not news to who did it. */
export async function send(wish: Wish): Promise<Ack> {
  const { type, ...fields } = wish;
  mineUntil = Infinity;
  const ack = await command(type, fields as never);
  mineUntil = performance.now() + 2000;
  return ack;
}

/** Runs a deed once at a time; a second tap of an impatient finger does nothing. */
async function carryOut(deed: Deed): Promise<void> {
  if (doing.peek().has(deed.key)) return;
  const seen = roomId.peek();
  if (SLOWLY.has(deed.key)) doing.value = new Set(doing.peek()).add(deed.key);
  const ack = await send(deed.wish);
  leave();
  if (SLOWLY.has(deed.key))
    setTimeout(() => {
      const rest = new Set(doing.peek());
      rest.delete(deed.key);
      doing.value = rest;
    }, SETTLE_MS);
  if (!ack.ok && ack.error.code === "session.stale" && seen !== undefined)
    toast(advanced(ack, seen), { tone: "over", ms: 10_000 });
  else carried(ack);
}

/** Who moved a room on, and when. */
function advanced(ack: Ack, seen: string): string {
  const { at, by } = (ack.ok ? undefined : ack.error.detail) ?? {};
  const name = who(typeof by === "string" ? by : undefined);
  const on = sessionOf(state.peek()?.rooms[seen]?.live);
  const time = timeIn(typeof at === "number" ? at : serverNow(), zoneOf(seen));
  return on === null
    ? t("{name} ended the session at {time}. Nothing was done.", { name, time })
    : t("{name} moved on at {time}: “{session}” is live now. Nothing was done.", {
        name,
        time,
        session: on.title,
      });
}

// --- what the console does -----------------------------------------------------------------------

export function nextDeed(): Deed | null {
  const [id, on, coming] = [roomId.value, live.value, next.value];
  if (id === undefined || (on === null && coming === null)) return null;
  return {
    key: "next",
    wish: { type: "session.next", room: id, live: on?.id ?? null },
    words:
      coming === null
        ? t("End the last session")
        : t("Start: {session}", { session: shortened(coming.title) }),
  };
}

export function pauseDeed(): Deed | null {
  const session = live.value;
  if (session === null) return null;
  const held = session.paused_at !== undefined;
  return {
    key: "pause",
    wish: { type: held ? "session.resume" : "session.pause", session: session.id },
    words: held ? t("Resume") : t("Pause"),
  };
}

export function extendDeed(by_s: number): Deed | null {
  const session = live.value;
  if (session === null) return null;
  const n = Math.abs(by_s) / 60;
  return {
    key: "extend",
    wish: { type: "session.extend", session: session.id, by_s },
    words: by_s > 0 ? t("{n} min more", { n }) : t("{n} min less", { n }),
  };
}

export function skipNextDeed(): Deed | null {
  return next.value === null ? null : skipDeed(next.value);
}

export function undoDeed(): Deed | null {
  const id = roomId.value;
  const step = id === undefined ? undefined : state.value?.undo?.[id];
  if (id === undefined || step === undefined) return null;
  return {
    key: "undo",
    wish: { type: "rundown.undo", room: id, seq: step.seq },
    words: t("Undo: {what}", { what: undoWords(step, id) }),
  };
}

export function followDeed(): Deed | null {
  const id = roomId.value;
  if (id === undefined) return null;
  const on = room.value?.follows !== true;
  return {
    key: "follow",
    wish: { type: "rundown.follow", room: id, on },
    words: on ? t("Follow the clock") : t("Lead by hand"),
  };
}

// --- what a row does -----------------------------------------------------------------------------

export function startDeed(session: Session): Deed {
  const session_ = { session: shortened(session.title) };
  return {
    key: "start",
    wish: { type: "session.start", session: session.id },
    words:
      session.status === "ended"
        ? t("Start again: {session}", session_)
        : t("Start: {session}", session_),
    warn:
      live.value === null
        ? undefined
        : t("“{session}” is live and would end.", { session: shortened(live.value.title) }),
  };
}

export function skipDeed(session: Session): Deed {
  const gone = session.status !== "scheduled";
  return {
    key: "skip",
    wish: { type: gone ? "session.restore" : "session.skip", session: session.id },
    words: gone
      ? t("Restore: {session}", { session: shortened(session.title) })
      : t("Skip: {session}", { session: shortened(session.title) }),
  };
}

export function reorderDeed(session: Session, before: string | null): Deed {
  const order = ordered(rundown.value, session.id, before);
  const first = order.find((one) => isMovable(one) && one.status === "scheduled");
  const other = sessionOf(before ?? undefined);
  return {
    key: "reorder",
    wish: { type: "session.reorder", session: session.id, before },
    words:
      other === null
        ? t("Move “{session}” to the end", { session: shortened(session.title, BRIEF) })
        : t("Move “{session}” before “{other}”", {
            session: shortened(session.title, BRIEF),
            other: shortened(other.title, BRIEF),
          }),
    warn:
      first !== undefined && first.id !== room.value?.next
        ? t("“{session}” would come next.", { session: shortened(first.title, BRIEF) })
        : undefined,
  };
}

/** Moves the marked session by one place, to be confirmed. */
export function shift(by: 1 | -1): void {
  const id = moving.peek()?.session ?? row.peek();
  const one = sessionOf(id ?? undefined);
  if (id === null || one === null) return moveRow(0);
  const at = moving.peek();
  const order = at === null ? rundown.peek() : ordered(rundown.peek(), at.session, at.before);
  const before = movedBefore(order, id, by);
  if (before === undefined)
    return void (at === null && toast(t("Only what is still to come can be moved.")));
  const back = rundown.peek().map((s) => s.id);
  if (ordered(rundown.peek(), id, before).every((s, place) => s.id === back[place])) return leave();
  moving.value = { session: id, before };
  proposal.value = { deed: reorderDeed(one, before), asked: true };
  focusRow(id);
}

/** What `act` does with the marked session. */
export function onRow(act: (session: Session) => void): () => void {
  return () => {
    const one = sessionOf(row.peek() ?? undefined);
    if (one === null) moveRow(0);
    else act(one);
  };
}

export function edit(session: Session): void {
  dialog.value = { is: "edit", session: session.id };
}

// --- undo in words, and what others do -----------------------------------------------------------

const TITLE_MOST = 56;
const BRIEF = 30; // where two titles stand in one line

/** A title that leaves room for what is said about it. */
export function shortened(title: string, most = TITLE_MOST): string {
  return title.length <= most ? title : `${title.slice(0, most).trimEnd()}…`;
}

/** What an undo would take back: "started Coffee break". */
export function undoWords(step: Pick<UndoView, "what" | "session">, id: string): string {
  const values = { session: shortened(sessionOf(step.session)?.title ?? step.session ?? "") };
  switch (step.what) {
    case "session.started":
      return t("started {session}", values);
    case "session.ended":
      return t("ended {session}", values);
    case "session.paused":
      return t("paused {session}", values);
    case "session.resumed":
      return t("resumed {session}", values);
    case "session.extended":
      return t("changed the end of {session}", values);
    case "session.skipped":
      return t("skipped {session}", values);
    case "session.restored":
      return t("restored {session}", values);
    case "session.cancelled":
      return t("cancelled {session}", values);
    case "session.corrected":
      return t("corrected the start of {session}", values);
    case "session.retimed":
      return t("changed the plan of {session}", values);
    case "session.reordered":
      return t("moved {session}", values);
    case "session.inserted":
      return t("put in {session}", values);
    case "session.edited":
      return t("edited {session}", values);
    case "rundown.followed":
      return state.value?.rooms[id]?.follows === true
        ? t("let the room follow the clock")
        : t("led the room by hand");
    default:
      return values.session;
  }
}

/** Tells what another producer, or the clock, does to a room. */
export function watchOthers(): () => void {
  let before: Record<string, UndoView> | null = null;
  return effect(() => {
    const steps = state.value?.undo;
    if (steps === undefined) return;
    const held = before;
    before = steps;
    if (held === null) return;
    for (const [id, step] of Object.entries(steps)) {
      const old = held[id];
      if (old !== undefined && step.seq <= old.seq) continue; // taken back: what is left is old
      const mine = performance.now() < mineUntil && step.by === me.peek()?.name;
      if (mine && step.clock !== true) continue;
      const what = undoWords(step, id);
      const where = rooms.peek().length > 1 ? `${state.peek()?.rooms[id]?.name ?? ""}: ` : "";
      toast(
        where +
          (step.clock === true
            ? t("The clock {what}", { what })
            : t("{name} {what}", { name: who(step.by), what })),
      );
    }
  });
}

/** Whether others lead as well: how many producer's desks are open. */
export function desks(counts: Record<string, number> | undefined): number {
  return counts?.["control"] ?? 0;
}

/** The present, for what is drawn to the minute. */
export const minute = computed(() => now.value - (now.value % 60_000));
