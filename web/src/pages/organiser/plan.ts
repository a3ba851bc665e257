// A plan laid out to be drawn: days, a lane for each room, places in percent of the width. Pure.

import type { PlanSession, PlanView } from "../../net/protocol.gen.ts";

export interface Block {
  session: PlanSession;
  /** Percent of the day's width. */
  x: number;
  width: number;
}

export interface Lane {
  room: string;
  name: string;
  blocks: Block[];
}

export interface Tick {
  at: number;
  x: number;
}

export interface Day {
  key: string;
  /** The first instant that is drawn, and the last. */
  from: number;
  to: number;
  lanes: Lane[];
  ticks: Tick[];
  sessions: PlanSession[];
}

const HOUR = 3_600_000;
const TICKS_MOST = 14;
const STEPS = [1, 2, 3, 4, 6, 12, 24];

/** `keyOf` tells the day of an instant in the plan's zone, and `pastHour` how far it is past the hour. */
export function daysOf(
  plan: PlanView,
  keyOf: (ms: number) => string,
  pastHour: (ms: number) => number,
): Day[] {
  const byDay = new Map<string, PlanSession[]>();
  for (const session of plan.sessions) {
    const key = keyOf(session.start_at);
    const listed = byDay.get(key);
    if (listed === undefined) byDay.set(key, [session]);
    else listed.push(session);
  }
  return [...byDay]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([key, sessions]) => {
      const first = Math.min(...sessions.map((one) => one.start_at));
      const last = Math.max(...sessions.map((one) => one.end_at));
      const from = first - pastHour(first);
      const over = pastHour(last);
      const to = Math.max(over === 0 ? last : last - over + HOUR, from + HOUR);
      const x = (ms: number): number => (100 * (ms - from)) / (to - from);
      const lanes = plan.rooms
        .map(({ room, name }) => ({
          room,
          name,
          blocks: sessions
            .filter((one) => one.room === room)
            .map((session) => ({
              session,
              x: x(session.start_at),
              width: x(session.end_at) - x(session.start_at),
            })),
        }))
        .filter((lane) => lane.blocks.length > 0);
      const hours = (to - from) / HOUR;
      const step = (STEPS.find((one) => hours / one <= TICKS_MOST) ?? 24) * HOUR;
      const ticks: Tick[] = [];
      for (let at = from; at <= to; at += step) ticks.push({ at, x: x(at) });
      return { key, from, to, lanes, ticks, sessions };
    });
}

export type Becomes = PlanSession["becomes"];

/** How many sessions become what. */
export function tallyOf(plan: PlanView): Record<Becomes, number> {
  const tally = { same: 0, added: 0, moved: 0, changed: 0, gone: 0, restored: 0 };
  for (const one of plan.sessions) tally[one.becomes]++;
  return tally;
}

const PAUSES = new Set(["break", "social"]);

export function isPause(session: PlanSession): boolean {
  return PAUSES.has(session.kind);
}

/** What a plan comes to, without what is cancelled. */
export function sizeOf(plan: PlanView): {
  sessions: number;
  rooms: number;
  speakers: number;
  breaks: number;
} {
  const there = plan.sessions.filter((one) => one.becomes !== "gone");
  return {
    sessions: there.length,
    rooms: new Set(there.map((one) => one.room)).size,
    speakers: new Set(there.flatMap((one) => one.speakers)).size,
    breaks: there.filter(isPause).length,
  };
}
