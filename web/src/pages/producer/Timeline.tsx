// The day drawn: the plan above, what became or will become of it below, and now.

import { t, timeIn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import { state } from "../../state/store.ts";
import { isOnAir, row, rundown } from "./act.ts";

const HOUR = 3_600_000;

export function Timeline() {
  const sessions = rundown.value;
  if (sessions.length === 0) return null;
  const zone = state.value?.event.timezone;
  const at = now.value;
  const firsts = sessions.flatMap((one) => [one.start_at, one.started_at ?? one.start_at]);
  const lasts = sessions.flatMap((one) => [
    one.start_at + one.duration_s * 1000,
    one.expected_end_at,
  ]);
  const pad = 5 * 60_000;
  const [from, to] = [Math.min(...firsts) - pad, Math.max(...lasts) + pad];
  const x = (ms: number): string => `${(((ms - from) / (to - from)) * 100).toFixed(3)}%`;
  const wide = (start: number, end: number): string =>
    `${((Math.max(0, end - start) / (to - from)) * 100).toFixed(3)}%`;
  const step = to - from > 8 * HOUR ? HOUR : HOUR / 2;
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick < to; tick += step) ticks.push(tick);
  return (
    <figure class="timeline" aria-label={t("The day: plan above, reality below")}>
      <div class="lanes" aria-hidden="true">
        {ticks.map((tick) => (
          <span key={tick} class="tick figures" style={{ left: x(tick) }}>
            {timeIn(tick, zone)}
          </span>
        ))}
        <span class="lane-name plan">{t("Plan")}</span>
        <span class="lane-name real">{t("Real")}</span>
        {sessions.map((one) => (
          <span
            key={`p${one.id}`}
            class={`bar plan ${one.kind} ${one.status}`}
            style={{ left: x(one.start_at), width: wide(0, one.duration_s * 1000) }}
          />
        ))}
        {sessions
          .filter((one) => one.status !== "skipped" && one.status !== "cancelled")
          .map((one) => {
            const start = one.started_at ?? one.expected_start_at;
            const end = isOnAir(one)
              ? Math.max(one.expected_end_at, at)
              : (one.ended_at ?? one.expected_end_at);
            const passed = Math.min(Math.max(at, start), end) - start;
            return (
              <span
                key={`r${one.id}`}
                class={`bar real ${one.kind} ${one.status}${row.value === one.id ? " focused" : ""}`}
                style={{ left: x(start), width: wide(start, end) }}
              >
                {isOnAir(one) && (
                  <i
                    style={{ width: `${((passed / Math.max(1, end - start)) * 100).toFixed(2)}%` }}
                  />
                )}
                <b>{one.title}</b>
              </span>
            );
          })}
        {at > from && at < to && <span class="now-line" style={{ left: x(at) }} />}
      </div>
    </figure>
  );
}
