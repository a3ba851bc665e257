// What the participant's page reads out of the view: its room, what is on, what follows, which
// moment of the day it is; beside a stream, as its picture has it. Derived only; nothing here is kept.

import { computed, type ReadonlySignal } from "@preact/signals";
import { cityOf, dateKey, dayIn, number, ownZone, sameTime, t, timeIn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import type { RoomView, SessionView } from "../../net/protocol.gen.ts";
import { me, roomsOf, sessionOf, sessionsOf, type WithId } from "../../state/store.ts";
import { shown as state } from "../../watch/step.ts";
import { roomId } from "./room.ts";

export type Session = WithId<SessionView>;

/** After the planned end of an event that nobody ran to its end, it is over all the same. */
const OVER_MS = 6 * 3_600_000;
const MINUTE_MS = 60_000;

export const room: ReadonlySignal<WithId<RoomView> | null> = computed(
  () => roomsOf(state.value).find((one) => one.id === roomId.value) ?? null,
);

export const live: ReadonlySignal<Session | null> = computed(() =>
  sessionOf(room.value?.live, state.value),
);
export const next: ReadonlySignal<Session | null> = computed(() =>
  sessionOf(room.value?.next, state.value),
);

/** The server's time to the half minute: for what reads "5 min ago". */
export const minuteNow: ReadonlySignal<number> = computed(
  () => Math.floor(now.value / (MINUTE_MS / 2)) * (MINUTE_MS / 2),
);

export function isPause(session: Pick<SessionView, "kind">): boolean {
  return session.kind === "break" || session.kind === "social";
}

export type Phase = "loading" | "before" | "live" | "break" | "between" | "ended";

/** Which moment it is in the room. */
export const phase: ReadonlySignal<Phase> = computed(() => {
  const event = state.value?.event;
  if (event === undefined || room.value === null) return "loading";
  if (live.value !== null) return isPause(live.value) ? "break" : "live";
  if (next.value === null || minuteNow.value > event.ends_at + OVER_MS) return "ended";
  const begun = sessionsOf(room.value.id, state.value).some((one) => one.started_at !== undefined);
  return begun ? "between" : "before";
});

/** The questions' session: where one asked now goes, or would have gone. */
export const askedSession: ReadonlySignal<Session | null> = computed(() =>
  sessionOf(room.value?.questions?.session, state.value),
);

/** The sessions of the room that take questions now, what is on first. */
export const openSessions: ReadonlySignal<Session[]> = computed(() => {
  const first = room.value?.questions?.session;
  return sessionsOf(room.value?.id ?? "", state.value)
    .filter((one) => one.questions === "open")
    .sort((a, b) => Number(b.id === first) - Number(a.id === first));
});

/** Whether anything of the room can be watched afterwards. */
export function recorded(): boolean {
  const here = room.value;
  return (
    here !== null &&
    (here.recording !== undefined || sessionsOf(here.id).some((one) => one.recording !== undefined))
  );
}

/** Why and until when I may read but not take part; null, as nearly always. */
export const muted: ReadonlySignal<{ reason?: string; until_at?: number } | null> = computed(() => {
  const is = me.value?.muted;
  if (is === undefined) return null;
  return is.until_at !== undefined && is.until_at <= now.value ? null : is;
});

/** What the venue is called by in times: the city as the event prints it. */
export function venueCity(): string {
  const event = state.value?.event;
  if (event === undefined) return "";
  return event.zones.find((zone) => zone.name === event.timezone)?.label ?? cityOf(event.timezone);
}

/** Whether it is today for the reader. */
export function isToday(ms: number): boolean {
  return dateKey(ms, ownZone) === dateKey(minuteNow.value, ownZone);
}

/** "16:30" in the reader's zone, with its day if that is not today. */
export function ownTime(ms: number): string {
  const time = timeIn(ms, ownZone);
  return isToday(ms) ? time : t("{day}, {time}", { day: dayIn(ms, ownZone), time });
}

/** "09:30 Mexico City" where the venue's clock shows another time than the reader's. */
export function venueTime(ms: number): string | null {
  const zone = state.value?.event.timezone;
  if (zone === undefined || sameTime(ms, zone, ownZone)) return null;
  return t("{time} in {city}", { time: timeIn(ms, zone), city: venueCity() });
}

/** "About 10 min late", as the public was told; null when on time. */
export function delay(): string | null {
  const seconds = room.value?.offset_s ?? 0;
  const n = Math.round(Math.abs(seconds) / 300) * 5;
  if (n === 0) return null;
  return seconds > 0
    ? t("About {n} min late", { n: number(n) })
    : t("About {n} min early", { n: number(n) });
}
