// The producer's commands: immediate, each with its refusal in words. Undo is the server's.

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { boot } from "../../boot.ts";
import { carried, sayOnDesk, venue, who } from "../../crew/words.ts";
import { t, timeIn } from "../../i18n.ts";
import { serverNow } from "../../net/clock.ts";
import type { Ack, SessionView } from "../../net/protocol.gen.ts";
import { command, rooms, sessionOf, sessionsOf, state } from "../../state/store.ts";
import { remaining, toast } from "../../ui/index.ts";

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
/** The rundown of the room, in running order. */
export const rundown = computed(() =>
  roomId.value === undefined ? [] : sessionsOf(roomId.value).sort((a, b) => a.order - b.order),
);
/** The row that S and X act on. */
export const row = signal<string | null>(null);
export const dialog = signal<"until" | "end" | null>(null);

export function chooseRoom(id: string): void {
  chosen.value = id;
  row.value = null;
}

export function moveRow(by: number): void {
  const ids = rundown.peek().map((one) => one.id);
  const at = ids.indexOf(row.peek() ?? room.peek()?.live ?? "");
  const found = ids[Math.min(ids.length - 1, Math.max(0, at + by))];
  if (found === undefined) return;
  row.value = found;
  requestAnimationFrame(() => {
    const line = document.getElementById(`s-${found}`);
    line?.focus({ preventScroll: true });
    line?.scrollIntoView({ block: "nearest" });
  });
}

/** Which commands are on their way: their buttons wait. */
export const doing = signal<ReadonlySet<string>>(new Set());

const SETTLE_MS = 700;

/** Runs a command once at a time; a second tap of an impatient finger does nothing. */
async function once(what: string, act: () => Promise<Ack>, settleMs = 0): Promise<Ack | null> {
  if (doing.peek().has(what)) return null;
  doing.value = new Set(doing.peek()).add(what);
  const ack = await act();
  setTimeout(() => {
    const rest = new Set(doing.peek());
    rest.delete(what);
    doing.value = rest;
  }, settleMs);
  return ack;
}

/** Who moved a room on, as far as the view tells. */
function advanced(ack: Ack, room: string): string {
  const at = ack.ok ? undefined : ack.error.detail?.["at"];
  const step = state.peek()?.undo?.[room];
  const name = who(step !== undefined && step.at === at ? step.by : "");
  const now = sessionOf(state.peek()?.rooms[room]?.live);
  const time = typeof at === "number" ? timeIn(at, venue()) : timeIn(serverNow(), venue());
  return now === null
    ? t("{name} ended the session at {time}. Nothing was done.", { name, time })
    : t("{name} moved on at {time}: “{session}” is live now. Nothing was done.", {
        name,
        time,
        session: now.title,
      });
}

export async function goOn(): Promise<void> {
  const id = roomId.peek();
  if (id === undefined || (next.peek() === null && live.peek() === null)) return;
  const seen = live.peek()?.id ?? null;
  const ack = await once(
    "next",
    () => command("session.next", { room: id, live: seen }),
    SETTLE_MS,
  );
  if (ack === null || ack.ok) return;
  toast(ack.error.code === "session.stale" ? advanced(ack, id) : sayOnDesk(ack.error), {
    tone: "over",
    ms: 10_000,
  });
}

export async function pauseOrResume(): Promise<void> {
  const session = live.peek();
  if (session === null) return;
  const ack = await once(
    "pause",
    () =>
      session.paused_at === undefined
        ? command("session.pause", { session: session.id })
        : command("session.resume", { session: session.id }),
    SETTLE_MS,
  );
  if (ack !== null) carried(ack);
}

export async function extend(by_s: number): Promise<void> {
  const session = live.peek();
  if (session !== null) carried(await command("session.extend", { session: session.id, by_s }));
}

export async function extendUntil(session: string, until_at: number): Promise<Ack> {
  return command("session.extend", { session, until_at });
}

export async function end(): Promise<void> {
  const session = live.peek();
  if (session !== null) carried(await command("session.end", { session: session.id }));
}

export async function start(session: string): Promise<void> {
  if (state.peek()?.rooms[state.peek()?.sessions[session]?.room ?? ""]?.live === session)
    return void toast(t("It is live already."));
  const ack = await once("start", () => command("session.start", { session }), SETTLE_MS);
  if (ack !== null) carried(ack);
}

/** Passes over a session that is still to come, or brings a skipped one back. */
export async function skipOrRestore(session: string): Promise<void> {
  const status = state.peek()?.sessions[session]?.status;
  if (status === "skipped") carried(await command("session.restore", { session }));
  else if (status === "scheduled") carried(await command("session.skip", { session }));
}

export async function undo(): Promise<void> {
  const id = roomId.peek();
  const step = id === undefined ? undefined : state.peek()?.undo?.[id];
  if (id === undefined || step === undefined) return;
  const ack = await once(
    "undo",
    () => command("rundown.undo", { room: id, seq: step.seq }),
    SETTLE_MS,
  );
  if (ack !== null) carried(ack);
}

const TITLE_MOST = 56;

/** A title that leaves room for what is said about it. */
function shortened(title: string): string {
  return title.length <= TITLE_MOST ? title : `${title.slice(0, TITLE_MOST).trimEnd()}…`;
}

/** What an undo would take back: "started Coffee break". */
export function undoWords(what: string, session: string): string {
  const values = { session: shortened(sessionOf(session)?.title ?? session) };
  switch (what) {
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
    default:
      return values.session;
  }
}

export function isOnAir(session: SessionView): boolean {
  return session.status === "live" || session.status === "paused";
}

/** How far a room is from its plan, in seconds: to the second, where the view is minutes old. */
export function offsetNow(roomId: string, at: number): number {
  const found = state.value?.rooms[roomId];
  const session = sessionOf(found?.live);
  if (session === null || session.due_at === undefined) return found?.offset_s ?? 0;
  const planned = session.start_at + session.duration_s * 1000;
  const left = remaining(session, at) ?? 0;
  return Math.round((at + Math.max(0, left) - planned) / 1000);
}

/** "+4 min behind", "2 min ahead", "on time". */
export function offsetWords(seconds: number): { text: string; tone: "live" | "late" | "over" } {
  const n = Math.round(Math.abs(seconds) / 60);
  if (n === 0) return { text: t("on time"), tone: "live" };
  if (seconds < 0) return { text: t("{n} min ahead", { n }), tone: "live" };
  return { text: t("+{n} min behind", { n }), tone: n >= 10 ? "over" : "late" };
}

/** The instant nearest to `near` at which the clocks of `zone` show `hh:mm`. */
export function instantAt(text: string, near: number, zone: string): number | null {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (match === null) return null;
  const wanted = Number(match[1]) * 60 + Number(match[2]);
  if (wanted >= 24 * 60 || Number(match[2]) > 59) return null;
  const shown = (at: number): number => {
    const [h, m] = timeIn(at, zone).split(":").map(Number);
    return (h ?? 0) * 60 + (m ?? 0);
  };
  let at = near - (near % 60_000);
  for (let i = 0; i < 2; i++) {
    let by = wanted - shown(at);
    if (by > 720) by -= 1440;
    if (by < -720) by += 1440;
    at += by * 60_000;
  }
  return at;
}
