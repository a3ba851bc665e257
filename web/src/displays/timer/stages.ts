// How far a speaker is, in four steps. Pure.

import { remaining } from "../../ui/time.tsx";
import type { Session } from "../moment.ts";

export type Stage = "calm" | "wrap" | "last" | "over";

const WRAP_S = 300; // at most so long before the end it turns amber, and a fifth of the session
const LAST_S = 60;

/** The step of a session on air, and what is left of it in ms. */
export function stageOf(session: Session, at: number): { stage: Stage; left: number } | null {
  const left = remaining(session, at);
  if (left === null) return null;
  const whole = Math.max(session.duration_s, 1);
  const wrap = Math.min(WRAP_S, whole / 5) * 1000;
  const last = Math.min(LAST_S, whole / 20) * 1000;
  const stage = left < 0 ? "over" : left <= last ? "last" : left <= wrap ? "wrap" : "calm";
  return { stage, left };
}

/** "12:05", "1:02:05", "+00:07": rounded so that zero is shown at the end, and not before. */
export function figure(left: number): { sign: string; parts: string[] } {
  const total = left < 0 ? Math.floor(-left / 1000) : Math.ceil(left / 1000);
  const [hours, rest] = [Math.floor(total / 3600), total % 3600];
  const two = (n: number): string => String(n).padStart(2, "0");
  const parts = [two(Math.floor(rest / 60)), two(rest % 60)];
  return { sign: left < 0 ? "+" : "", parts: hours > 0 ? [String(hours), ...parts] : parts };
}
