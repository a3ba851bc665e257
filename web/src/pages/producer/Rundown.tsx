// The running order of a room: planned, expected and actual times, to the minute and exact.

import { ListRestart, Play, SkipForward } from "lucide";
import { kindName, minutes, t, timeIn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import type { SessionView } from "../../net/protocol.gen.ts";
import { state, type WithId } from "../../state/store.ts";
import { Button, Countdown, LiveMark } from "../../ui/index.ts";
import { isOnAir, room, row, rundown, skipOrRestore, start } from "./act.ts";
import { Timeline } from "./Timeline.tsx";

function statusName(session: SessionView): string {
  const names: Record<string, string> = {
    scheduled: t("To come"),
    ended: t("Ended"),
    skipped: t("Skipped"),
    cancelled: t("Cancelled"),
  };
  return names[session.status] ?? "";
}

/** How far a session is from its plan: at its start while it is to come, else at its end. */
function Off({ session }: { session: SessionView }) {
  if (session.status === "skipped" || session.status === "cancelled") return null;
  const planned = session.start_at + session.duration_s * 1000;
  const ms =
    session.status === "scheduled"
      ? session.expected_start_at - session.start_at
      : (session.ended_at ?? session.expected_end_at) - planned;
  const n = Math.round(ms / 60_000);
  const tone = n <= 0 ? "" : n >= 10 ? "over" : "late";
  return (
    <span class={`figures ${tone}`}>{n === 0 ? "0" : n > 0 ? `+${n}` : `−${Math.abs(n)}`}</span>
  );
}

function Line({ session }: { session: WithId<SessionView> }) {
  const zone = state.value?.event.timezone;
  const { id } = session;
  const onAir = isOnAir(session);
  const isNext = room.value?.next === id;
  const again = session.status === "ended";
  const speakers = session.speakers.map((one) => one.name).join(", ");
  return (
    <tr
      id={`s-${id}`}
      class={`${session.status} ${session.kind}${isNext ? " next-up" : ""}${row.value === id ? " focused" : ""}`}
      tabIndex={row.value === id || (row.value === null && onAir) ? 0 : -1}
      aria-selected={row.value === id}
      onFocusIn={() => (row.value = id)}
      onClick={() => (row.value = id)}
    >
      <td class="figures" data-name={t("Planned")}>
        <time>{timeIn(session.start_at, zone)}</time>
      </td>
      <td class="figures" data-name={t("Expected")}>
        {session.status === "scheduled" && <time>{timeIn(session.expected_start_at, zone)}</time>}
      </td>
      <td class="figures" data-name={t("Actual")}>
        {session.started_at !== undefined && (
          <time>
            {timeIn(session.started_at, zone)}
            {session.ended_at !== undefined && `\u2013${timeIn(session.ended_at, zone)}`}
          </time>
        )}
      </td>
      <td class="figures" data-name={t("Length")}>
        {minutes(session.duration_s * 1000)}
      </td>
      <td class="off" data-name={t("± min")}>
        <Off session={session} />
      </td>
      <th scope="row">
        <span class="row-title">{session.title}</span>
        <span class="row-more">
          {[
            kindName(session.kind),
            session.fixed_end
              ? t("keeps its end at {time}, takes up delay", {
                  time: timeIn(session.start_at + session.duration_s * 1000, zone),
                })
              : "",
            speakers,
          ]
            .filter((text) => text !== "")
            .join(" · ")}
        </span>
      </th>
      <td class="row-status">
        {onAir ? (
          <>
            <LiveMark
              is={
                session.status === "paused"
                  ? "paused"
                  : (session.due_at ?? Infinity) < now.value
                    ? "over"
                    : "live"
              }
            />
            <Countdown session={session} />
          </>
        ) : isNext ? (
          <span class="next-mark">{t("Next")}</span>
        ) : (
          <span class="muted">{statusName(session)}</span>
        )}
      </td>
      <td class="row-acts">
        {!onAir && session.status !== "cancelled" && (
          <>
            {session.status !== "skipped" && (
              <Button
                size="small"
                tone="plain"
                icon={Play}
                label={
                  again
                    ? t("Start again: {session}", { session: session.title })
                    : t("Start: {session}", { session: session.title })
                }
                onClick={() => void start(id)}
              />
            )}
            {!again && (
              <Button
                size="small"
                tone="plain"
                icon={session.status === "skipped" ? ListRestart : SkipForward}
                label={
                  session.status === "skipped"
                    ? t("Restore: {session}", { session: session.title })
                    : t("Skip: {session}", { session: session.title })
                }
                onClick={() => void skipOrRestore(id)}
              />
            )}
          </>
        )}
      </td>
    </tr>
  );
}

export function Rundown() {
  return (
    <section class="rundown" aria-labelledby="rundown">
      <header>
        <h2 id="rundown">{t("Rundown")}</h2>
        <span class="muted">{room.value?.name}</span>
      </header>
      <Timeline />
      <div class="table">
        <table>
          <thead>
            <tr>
              <th scope="col">{t("Planned")}</th>
              <th scope="col">{t("Expected")}</th>
              <th scope="col">{t("Actual")}</th>
              <th scope="col">{t("Length")}</th>
              <th scope="col" class="off">
                {t("± min")}
              </th>
              <th scope="col">{t("Session")}</th>
              <th scope="col">{t("Status")}</th>
              <th scope="col">
                <span class="visually-hidden">{t("Actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rundown.value.map((session) => (
              <Line key={session.id} session={session} />
            ))}
          </tbody>
        </table>
        {rundown.value.length === 0 && (
          <p class="muted nothing">{t("This room has no sessions.")}</p>
        )}
      </div>
    </section>
  );
}
