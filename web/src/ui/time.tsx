// Whatever ticks. All of it reads the server's clock once a second and none of it is announced.

import { cityOf, clockIn, duration, t, timeIn } from "../i18n.ts";
import { now, serverNow } from "../net/clock.ts";
import type { SessionView } from "../net/protocol.gen.ts";

/** The time of day in a zone, with its city. */
export function Clock(props: { zone: string; city?: string | false; seconds?: boolean }) {
  const { zone, city = cityOf(zone), seconds = false } = props;
  const at = now.value;
  return (
    <span class="clock">
      <time class="figures">{seconds ? clockIn(at, zone) : timeIn(at, zone)}</time>
      {city !== false && <span class="clock-city">{city}</span>}
    </span>
  );
}

type Anchors = Pick<SessionView, "due_at" | "paused_at" | "started_at">;

/** The time a session on air has left, in ms; negative when it is over; null when not on air. */
export function remaining(session: Anchors, at: number = serverNow()): number | null {
  return session.due_at === undefined ? null : session.due_at - (session.paused_at ?? at);
}

/** How much of a session on air has passed, 0 to 1. */
export function progress(session: Anchors, at: number = serverNow()): number {
  if (session.due_at === undefined || session.started_at === undefined) return 0;
  const whole = session.due_at - session.started_at;
  const passed = (session.paused_at ?? at) - session.started_at;
  return whole <= 0 ? 1 : Math.min(1, Math.max(0, passed / whole));
}

/** How a countdown is to be read: `late` in the last `lateS` seconds, then `over`. */
export function urgency(left: number, lateS = 120): "live" | "late" | "over" {
  return left < 0 ? "over" : left <= lateS * 1000 ? "late" : "live";
}

/** "12:05" left of a session on air, "+01:10" when it is over. */
export function Countdown({ session, lateS }: { session: Anchors; lateS?: number }) {
  const left = remaining(session, now.value);
  if (left === null) return null;
  // rounded up, so that it says 00:00 at the end and not a second before
  const shown = left < 0 ? left : Math.ceil(left / 1000) * 1000;
  return (
    <span
      class={`countdown figures ${urgency(left, lateS)}${session.paused_at === undefined ? "" : " paused"}`}
      role="timer"
      aria-live="off"
      aria-label={left < 0 ? t("Time over") : t("Time left")}
    >
      {left < 0 ? "+" : ""}
      {duration(shown)}
    </span>
  );
}

/** A thin line that fills as a session runs. */
export function ProgressLine({ session, at = now.value }: { session: Anchors; at?: number }) {
  const done = progress(session, at);
  const left = remaining(session, at);
  return (
    <div
      class={`progress-line ${left === null ? "live" : urgency(left)}`}
      role="progressbar"
      aria-label={t("Progress of the session")}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(done * 100)}
    >
      <span style={{ transform: `scaleX(${done.toFixed(4)})` }} />
    </div>
  );
}
