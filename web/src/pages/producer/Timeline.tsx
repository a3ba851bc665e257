// The day drawn, a band for each room: the plan above, what became or will become of it below, and now.

import { t, timeIn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import type { PreviewView } from "../../net/protocol.gen.ts";
import { rooms } from "../../state/store.ts";
import { chooseRoom, room, roomId, row, rundown, runningOrder, zone } from "./act.ts";
import { shown } from "./foresee.ts";
import {
  box,
  dayOf,
  endOf,
  isOnAir,
  placeIn,
  plannedEnd,
  realOf,
  spanOf,
  takesTime,
  ticksOf,
  type Session,
  type Span,
} from "./model.ts";

function Plan({ session, span }: { session: Session; span: Span }) {
  return (
    <span
      class={`bar plan ${session.kind} ${session.status}`}
      style={box(span, session.start_at, plannedEnd(session))}
    />
  );
}

function Real({ session, span, at }: { session: Session; span: Span; at: number }) {
  const { from, to } = realOf(session, at);
  const passed = Math.min(Math.max(at, from), to) - from;
  return (
    <span
      class={`bar real ${session.kind} ${session.status}${row.value === session.id ? " focused" : ""}`}
      style={box(span, from, to)}
      title={session.title}
      onClick={() => {
        if (session.room !== roomId.peek()) chooseRoom(session.room);
        row.value = session.id;
      }}
    >
      {isOnAir(session) && (
        <i style={{ width: `${((passed / Math.max(1, to - from)) * 100).toFixed(2)}%` }} />
      )}
      <b>{session.title}</b>
    </span>
  );
}

/** Where sessions would lie after the change that is looked at. */
function Ghosts({ preview, of, span }: { preview: PreviewView; of: string; span: Span }) {
  return (
    <>
      {preview.changes
        .filter((one) => one.room === of && one.new !== undefined)
        .filter((one) => !/^(skipped|cancelled|ended)$/.test(one.new?.status ?? ""))
        .map((one) => (
          <span
            key={one.session}
            class="bar ghost"
            style={box(span, one.new?.start_at ?? 0, one.new?.end_at ?? 0)}
          />
        ))}
    </>
  );
}

export function Timeline() {
  const at = now.value;
  const days = rooms.value
    .map((one) => ({
      ...one,
      day: dayOf(runningOrder(one.id), one.next, zone.value),
    }))
    .filter((one) => one.day.length > 0);
  const here = dayOf(rundown.value, room.value?.next, zone.value);
  // rooms that have another day are not drawn on this one
  const edge = spanOf(here, at);
  if (edge === null) return null;
  const drawn = days.filter((one) =>
    one.day.some((session) => session.start_at < edge.to && endOf(session, at) > edge.from),
  );
  const span = spanOf(
    drawn.flatMap((one) => one.day),
    at,
  );
  if (span === null) return null;
  const several = drawn.length > 1;
  return (
    <figure class="timeline" aria-label={t("The day: plan above, reality below")}>
      <div class="lanes" aria-hidden="true">
        <div class="scale">
          {ticksOf(span, zone.value).map((tick) => (
            <span key={tick} class="tick figures" style={{ left: box(span, tick, tick).left }}>
              {timeIn(tick, zone.value)}
            </span>
          ))}
        </div>
        {drawn.map((one) => (
          <div
            key={one.id}
            class={`room-lanes${one.id === roomId.value ? " chosen" : ""}${several ? "" : " only"}`}
          >
            {several && (
              <button
                type="button"
                class="room-lanes-name"
                tabIndex={-1}
                onClick={() => chooseRoom(one.id)}
              >
                {one.name}
              </button>
            )}
            <div class="lane">
              {one.day.map((session) => (
                <Plan key={`p${session.id}`} session={session} span={span} />
              ))}
              {one.day.filter(takesTime).map((session) => (
                <Real key={`r${session.id}`} session={session} span={span} at={at} />
              ))}
              {shown.value !== null && <Ghosts preview={shown.value} of={one.id} span={span} />}
            </div>
          </div>
        ))}
        {at > span.from && at < span.to && (
          <div class="now-line-place">
            <span class="now-line" style={{ left: `${(placeIn(span, at) * 100).toFixed(3)}%` }} />
          </div>
        )}
      </div>
    </figure>
  );
}
