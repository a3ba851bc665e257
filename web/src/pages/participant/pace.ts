// When a further question may be sent: what the event allows, and what the server has said. Pure.

import type { MyQuestionView } from "../../net/protocol.gen.ts";

/** Refusals that pass by themselves: the page counts down in place of an error. */
export const PASSING: ReadonlySet<string> = new Set([
  "question.slow_mode",
  "question.too_many",
  "request.too_many",
]);

/**
 * Until when to wait, in ms; null: not at all. `slow_s` are the seconds between two questions of one
 * person, `told` what the last refusal said.
 */
export function waitsUntil(
  now: number,
  own: readonly Pick<MyQuestionView, "asked_at">[],
  slow_s: number,
  told: number,
): number | null {
  const last = own.reduce((latest, one) => Math.max(latest, one.asked_at), -Infinity);
  const until = Math.max(told, slow_s > 0 ? last + slow_s * 1000 : 0);
  return until > now ? until : null;
}
