// What a producer reads from a rundown: offsets, buffers, the drawn day, what a change would do. Pure:
// views and an instant in, words and figures out.

import { dateKey, minutes, t, timeIn } from "../../i18n.ts";
import type { ChangeView, PreviewView, SessionView, ViewState } from "../../net/protocol.gen.ts";
import type { WithId } from "../../state/store.ts";

export type Session = WithId<SessionView>;
export type Tone = "live" | "late" | "over";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const FAR_BEHIND_S = 10 * 60;

export function isOnAir(session: SessionView): boolean {
  return session.status === "live" || session.status === "paused";
}

/** Whether it takes time of its room: what is skipped or cancelled does not. */
export function takesTime(session: SessionView): boolean {
  return session.status !== "skipped" && session.status !== "cancelled";
}

export function plannedEnd(session: SessionView): number {
  return session.start_at + session.duration_s * 1000;
}

/** When it ends, as it looks at `at`: what is on air not before it is over. */
export function endOf(session: SessionView, at: number): number {
  if (!isOnAir(session) || session.due_at === undefined)
    return session.ended_at ?? session.expected_end_at;
  return at + Math.max(0, session.due_at - (session.paused_at ?? at));
}

// --- offsets -------------------------------------------------------------------------------------

/** How far a session is from its plan, in seconds: at its start while it is to come, else its end. */
export function offsetOf(session: SessionView, at: number): number | null {
  if (!takesTime(session)) return null;
  const ms =
    session.status === "scheduled"
      ? session.expected_start_at - session.start_at
      : endOf(session, at) - plannedEnd(session);
  return Math.round(ms / 1000);
}

/** How far a room is from its plan, in seconds: to the second, where the view is minutes old. */
export function roomOffset(view: ViewState, room: string, at: number): number {
  const found = view.rooms[room];
  const session = found?.live === undefined ? undefined : view.sessions[found.live];
  if (session?.due_at === undefined) return found?.offset_s ?? 0;
  return Math.round((endOf(session, at) - plannedEnd(session)) / 1000);
}

/** "+4 min behind", "2 min ahead", "on time". */
export function offsetWords(seconds: number): { text: string; tone: Tone } {
  if (Math.abs(seconds) < 30) return { text: t("on time"), tone: "live" };
  const time = minutes(Math.max(60, Math.abs(seconds)) * 1000);
  if (seconds < 0) return { text: t("{time} ahead", { time }), tone: "live" };
  return { text: t("+{time} behind", { time }), tone: seconds >= FAR_BEHIND_S ? "over" : "late" };
}

// --- buffers -------------------------------------------------------------------------------------

/** What of a delay is taken up: before a session, by the gap, or by the session itself. */
export interface Buffer {
  gap_ms: number;
  give_ms: number;
}

/** The buffers that are left of a room, by the session at or in which they lie. */
export function buffersOf(sessions: readonly Session[], at: number): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  let end: number | null = null;
  for (const session of sessions) {
    if (!takesTime(session)) continue;
    if (session.status !== "scheduled") {
      if (isOnAir(session)) end = endOf(session, at);
      continue;
    }
    const start = session.expected_start_at;
    const gap_ms = end === null ? 0 : Math.max(0, start - end);
    const least = (session.min_duration_s ?? 0) * 1000;
    const give_ms = session.fixed_end ? Math.max(0, plannedEnd(session) - least - start) : 0;
    if (gap_ms >= MINUTE_MS || give_ms >= MINUTE_MS) found.set(session.id, { gap_ms, give_ms });
    end = session.expected_end_at;
  }
  return found;
}

/** How much more delay the rest of these sessions takes up before the last one ends later. */
export function spare(buffers: ReadonlyMap<string, Buffer>): number {
  return [...buffers.values()].reduce((sum, one) => sum + one.gap_ms + one.give_ms, 0);
}

// --- days ----------------------------------------------------------------------------------------

/** The sessions of one day: that of what is on air, else of what comes next, else of the last. */
export function dayOf(
  sessions: readonly Session[],
  next: string | undefined,
  zone: string,
): Session[] {
  const anchor =
    sessions.find(isOnAir) ?? sessions.find((one) => one.id === next) ?? sessions.at(-1);
  if (anchor === undefined) return [];
  const day = dateKey(anchor.start_at, zone);
  return sessions.filter((one) => dateKey(one.start_at, zone) === day);
}

/** When a day ends, as planned and as it looks; null without a session that takes time. */
export function dayEnd(
  day: readonly Session[],
  at: number,
): { planned: number; expected: number } | null {
  if (!day.some(takesTime)) return null;
  return {
    planned: Math.max(...day.map(plannedEnd)),
    expected: Math.max(...day.filter(takesTime).map((one) => endOf(one, at))),
  };
}

/** The sessions that open a day, for a rundown of several. */
export function dayStarts(sessions: readonly Session[], zone: string): Set<string> {
  const days = new Map<string, string>();
  for (const one of sessions) {
    const day = dateKey(one.start_at, zone);
    if (!days.has(day)) days.set(day, one.id);
  }
  return days.size > 1 ? new Set(days.values()) : new Set();
}

// --- the drawn day -------------------------------------------------------------------------------

export interface Span {
  from: number;
  to: number;
}

const PAD_MS = 5 * MINUTE_MS;

/** From the first plan or start to the last plan or end, with a little around. */
export function spanOf(sessions: readonly Session[], at: number): Span | null {
  if (sessions.length === 0) return null;
  const firsts = sessions.flatMap((one) => [one.start_at, one.started_at ?? one.start_at]);
  const lasts = sessions.flatMap((one) => [plannedEnd(one), endOf(one, at)]);
  return { from: Math.min(...firsts) - PAD_MS, to: Math.max(...lasts) + PAD_MS };
}

/** Where an instant lies in a span: 0 at its start, 1 at its end. */
export function placeIn(span: Span, at: number): number {
  return Math.min(1, Math.max(0, (at - span.from) / Math.max(1, span.to - span.from)));
}

/** The left edge and the width of a stretch, as CSS percentages. */
export function box(span: Span, from: number, to: number): { left: string; width: string } {
  const [start, end] = [placeIn(span, from), placeIn(span, Math.max(from, to))];
  const percent = (part: number): string => `${(part * 100).toFixed(3)}%`;
  return { left: percent(start), width: percent(end - start) };
}

const STEPS = [15 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS, 12 * HOUR_MS];
const TICKS_MOST = 13;

/** Round times of day in a zone, so many as can be read. */
export function ticksOf(span: Span, zone: string): number[] {
  const step = STEPS.find((one) => (span.to - span.from) / one <= TICKS_MOST) ?? 24 * HOUR_MS;
  const ticks: number[] = [];
  const quarter = STEPS[0] ?? 1;
  for (let at = Math.ceil(span.from / quarter) * quarter; at < span.to; at += quarter)
    if (minuteOfDay(at, zone) % (step / MINUTE_MS) === 0) ticks.push(at);
  return ticks;
}

/** What really is, or will be, of a session: from when to when. */
export function realOf(session: SessionView, at: number): Span {
  return { from: session.started_at ?? session.expected_start_at, to: endOf(session, at) };
}

// --- what a change would do ----------------------------------------------------------------------

export interface Shift {
  id: string;
  title: string;
  room: string;
  /** "11:05 → 11:10". */
  text: string;
  /** What is told of it in the column of expected starts; null where only its end moves. */
  start: { from: number | null; to: number | null } | null;
  tone: "later" | "earlier" | "plain";
}

function statusWords(status: string): string {
  const words: Record<string, string> = {
    scheduled: t("comes again"),
    live: t("starts"),
    paused: t("is paused"),
    ended: t("ends"),
    skipped: t("is skipped"),
    cancelled: t("is cancelled"),
  };
  return words[status] ?? status;
}

function shiftOf(change: ChangeView, zone: string): Shift {
  const { session: id, title, room, old, new: now } = change;
  const shift = { id, title, room };
  if (now === undefined)
    return {
      ...shift,
      text: t("is taken out"),
      start: { from: old?.start_at ?? null, to: null },
      tone: "plain",
    };
  if (old === undefined)
    return {
      ...shift,
      text: t("new, {start} to {end}", {
        start: timeIn(now.start_at, zone),
        end: timeIn(now.end_at, zone),
      }),
      start: { from: null, to: now.start_at },
      tone: "plain",
    };
  const moved = now.start_at - old.start_at;
  const start = moved === 0 ? null : { from: old.start_at, to: now.start_at };
  if (old.status !== now.status && !(old.status === "paused" && now.status === "live"))
    return { ...shift, text: statusWords(now.status), start, tone: "plain" };
  if (Math.abs(moved) >= MINUTE_MS / 2 && now.status === "scheduled")
    return {
      ...shift,
      text: `${timeIn(old.start_at, zone)} → ${timeIn(now.start_at, zone)}`,
      start,
      tone: moved > 0 ? "later" : "earlier",
    };
  const longer = now.end_at - old.end_at;
  return {
    ...shift,
    text: t("ends {old} → {new}", {
      old: timeIn(old.end_at, zone),
      new: timeIn(now.end_at, zone),
    }),
    start: null,
    tone: longer > 0 ? "later" : longer < 0 ? "earlier" : "plain",
  };
}

/** What a preview says of each session, in running order; `zoneOf` is where a room lies. */
export function shiftsOf(preview: PreviewView, zoneOf: (room: string) => string): Shift[] {
  return preview.changes
    .filter(({ old, new: now }) => {
      if (old === undefined || now === undefined || old.status !== now.status) return true;
      const moved = Math.max(
        Math.abs(now.start_at - old.start_at),
        Math.abs(now.end_at - old.end_at),
      );
      return moved >= MINUTE_MS / 2;
    })
    .map((change) => shiftOf(change, zoneOf(change.room)));
}

/** When a day would end after a preview. */
export function dayEndAfter(
  day: readonly Session[],
  preview: PreviewView,
  room: string,
  at: number,
): number | null {
  const changes = new Map(preview.changes.map((one) => [one.session, one]));
  const ends = day.flatMap((one) => {
    const change = changes.get(one.id);
    if (change === undefined) return takesTime(one) ? [endOf(one, at)] : [];
    const after = change.new;
    if (after === undefined || /^(skipped|cancelled)$/.test(after.status)) return [];
    return [after.end_at];
  });
  const known = new Set(day.map((one) => one.id));
  for (const one of preview.changes)
    if (one.room === room && !known.has(one.session) && one.old === undefined && one.new)
      ends.push(one.new.end_at);
  return ends.length === 0 ? null : Math.max(...ends);
}

// --- times that are typed ------------------------------------------------------------------------

function minuteOfDay(at: number, zone: string): number {
  const [hours, rest] = timeIn(at, zone).split(":").map(Number);
  return (hours ?? 0) * 60 + (rest ?? 0);
}

/** The instant nearest to `near` at which the clocks of `zone` show `hh:mm`; null if none does. */
export function instantAt(text: string, near: number, zone: string): number | null {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (match === null) return null;
  const wanted = Number(match[1]) * 60 + Number(match[2]);
  if (wanted >= 24 * 60 || Number(match[2]) > 59) return null;
  let at = near - (near % MINUTE_MS);
  for (let turn = 0; turn < 2; turn++) {
    let by = wanted - minuteOfDay(at, zone);
    if (by > 720) by -= 1440;
    if (by < -720) by += 1440;
    at += by * MINUTE_MS;
  }
  return minuteOfDay(at, zone) === wanted ? at : null;
}

/** The length that is typed in minutes, in seconds; null for what is none. */
export function lengthOf(text: string): number | null {
  const minutes = Number(text.trim().replace(",", "."));
  return text.trim() === "" || !Number.isFinite(minutes) || minutes <= 0 || minutes > 48 * 60
    ? null
    : Math.round(minutes * 60);
}

// --- the running order ---------------------------------------------------------------------------

/** Whether a session may be put to another place: it is still to come. */
export function isMovable(session: SessionView): boolean {
  return session.runs === undefined
    ? session.status === "scheduled"
    : session.runs.length === 0 && !isOnAir(session);
}

/**
 * Before which session `id` comes if it moves by one place among those that are still to come:
 * undefined where it cannot, null for the end.
 */
export function movedBefore(
  order: readonly Session[],
  id: string,
  by: 1 | -1,
): string | null | undefined {
  const movable = order.filter(isMovable);
  const at = movable.findIndex((one) => one.id === id);
  if (at < 0) return undefined;
  if (by < 0) return movable[at - 1]?.id;
  if (at + 1 >= movable.length) return undefined;
  return movable[at + 2]?.id ?? null;
}

/** The order in which `id` stands before another session, or last. */
export function ordered(
  order: readonly Session[],
  id: string,
  before: string | null,
): readonly Session[] {
  const one = order.find((session) => session.id === id);
  if (one === undefined) return order;
  const rest = order.filter((session) => session.id !== id);
  const at = before === null ? rest.length : rest.findIndex((session) => session.id === before);
  return at < 0 ? order : [...rest.slice(0, at), one, ...rest.slice(at)];
}

/** A length in minutes, as it is typed: "45", "2.5". */
export function shownLength(seconds: number): string {
  return String(Math.round(seconds / 6) / 10);
}
