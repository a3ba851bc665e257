// The running order of a room: planned, expected and actual times, exact, with the buffers between.

import {
  Ban,
  EllipsisVertical,
  GripVertical,
  ListRestart,
  Pencil,
  Play,
  Plus,
  SkipForward,
} from "lucide";
import { Fragment } from "preact";
import { useRef, useState } from "preact/hooks";
import { dayIn, kindName, minutes, t, timeIn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import type { SessionView } from "../../net/protocol.gen.ts";
import { Button, Countdown, Icon, LiveMark } from "../../ui/index.ts";
import {
  dialog,
  edit,
  glance,
  leave,
  moving,
  perform,
  reorderDeed,
  room,
  roomId,
  row,
  rundown,
  shift,
  skipDeed,
  startDeed,
  zone,
  type Deed,
} from "./act.ts";
import { shown } from "./foresee.ts";
import {
  buffersOf,
  dayStarts,
  isMovable,
  isOnAir,
  offsetOf,
  offsetWords,
  ordered,
  plannedEnd,
  shiftsOf,
  shownLength,
  type Buffer,
  type Session,
  type Shift,
} from "./model.ts";
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

function Off({ session }: { session: SessionView }) {
  const seconds = offsetOf(session, now.value);
  if (seconds === null) return null;
  const { text, tone } = offsetWords(seconds);
  return <span class={`figures ${tone}`}>{text}</span>;
}

/** The expected start; while a change is looked at, the old and the new one. */
function Expected({ session, shift }: { session: Session; shift: Shift | undefined }) {
  if (shift === undefined)
    return session.status === "scheduled" ? (
      <time>{timeIn(session.expected_start_at, zone.value)}</time>
    ) : null;
  if (shift.start === null || shift.start.to === null || session.status !== "scheduled")
    return <b class={`shift ${shift.tone}`}>{shift.text}</b>;
  return (
    <span class="shift-pair">
      <s>{timeIn(session.expected_start_at, zone.value)}</s>{" "}
      <b class={`shift ${shift.tone}`}>{timeIn(shift.start.to, zone.value)}</b>
    </span>
  );
}

function glances(deed: () => Deed) {
  return {
    onPointerEnter: (event: PointerEvent) => event.pointerType === "mouse" && glance(deed()),
    onPointerLeave: () => glance(null),
  };
}

function Acts({ session }: { session: Session }) {
  const [open, setOpen] = useState(false);
  const onAir = isOnAir(session);
  const gone = session.status === "skipped" || session.status === "cancelled";
  const { title } = session;
  return (
    <div
      class={`acts${open ? " open" : ""}`}
      onFocusOut={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node)) setOpen(false);
      }}
    >
      <div class="acts-list">
        {!onAir && !gone && (
          <Button
            size="small"
            tone="plain"
            icon={Play}
            label={
              session.status === "ended"
                ? t("Start again: {session}", { session: title })
                : t("Start: {session}", { session: title })
            }
            onClick={() => void perform(startDeed(session))}
            {...glances(() => startDeed(session))}
          />
        )}
        {(session.status === "scheduled" || gone) && (
          <Button
            size="small"
            tone="plain"
            icon={gone ? ListRestart : SkipForward}
            label={
              gone
                ? t("Restore: {session}", { session: title })
                : t("Skip: {session}", { session: title })
            }
            onClick={() => void perform(skipDeed(session))}
            {...glances(() => skipDeed(session))}
          />
        )}
        {(session.status === "scheduled" || session.status === "skipped") && (
          <Button
            size="small"
            tone="plain"
            icon={Ban}
            label={t("Cancel: {session}", { session: title })}
            onClick={() => (dialog.value = { is: "cancel", session: session.id })}
          />
        )}
        <Button
          size="small"
          tone="plain"
          icon={Pencil}
          label={t("Edit: {session}", { session: title })}
          onClick={() => edit(session)}
        />
      </div>
      <Button
        size="small"
        tone="plain"
        class="acts-more"
        icon={EllipsisVertical}
        aria-expanded={open}
        label={t("What can be done with: {session}", { session: title })}
        onClick={() => setOpen(!open)}
      />
    </div>
  );
}

/** The handle that a row is moved by: dragged, or with the arrows. */
function Grip({ session }: { session: Session }) {
  const dragging = useRef(false);
  const before = (y: number): string | null | undefined => {
    const order = rundown.peek().filter(isMovable);
    for (const one of order) {
      if (one.id === session.id) continue;
      const line = document.getElementById(`s-${one.id}`)?.getBoundingClientRect();
      if (line !== undefined && y < line.top + line.height / 2) return one.id;
    }
    return null;
  };
  const follow = (event: PointerEvent): void => {
    if (!dragging.current) return;
    const to = before(event.clientY);
    if (to === undefined || to === moving.peek()?.before) return;
    moving.value = { session: session.id, before: to };
    glance(reorderDeed(session, to));
  };
  const drop = (event: PointerEvent, done: boolean): void => {
    if (!dragging.current) return;
    dragging.current = false;
    (event.currentTarget as HTMLElement).releasePointerCapture(event.pointerId);
    const to = moving.peek();
    const rest = rundown.peek().map((one) => one.id);
    const stays =
      to === null ||
      ordered(rundown.peek(), to.session, to.before).every((one, n) => one.id === rest[n]);
    if (!done || stays || to === null) return leave();
    glance(null);
    void perform(reorderDeed(session, to.before));
  };
  return (
    <button
      type="button"
      class="grip"
      aria-label={t("Move: {session}", { session: session.title })}
      title={t("Drag, or use the arrow keys")}
      aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        dragging.current = true;
        row.value = session.id;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={follow}
      onPointerUp={(event) => drop(event, true)}
      onPointerCancel={(event) => drop(event, false)}
      onKeyDown={(event) => {
        if (event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
        event.preventDefault();
        event.stopPropagation();
        row.value = session.id;
        shift(event.key === "ArrowUp" ? -1 : 1);
      }}
    >
      <Icon of={GripVertical} />
    </button>
  );
}

function more(session: Session, buffer: Buffer | undefined): string {
  const give = buffer?.give_ms ?? 0;
  return [
    kindName(session.kind),
    session.inserted ? t("put in on the spot") : "",
    session.fixed_end
      ? give > 0
        ? t("keeps its end at {time}, takes up {n} min", {
            time: timeIn(plannedEnd(session), zone.value),
            n: Math.floor(give / 60_000),
          })
        : t("keeps its end at {time}", { time: timeIn(plannedEnd(session), zone.value) })
      : "",
    session.may_start_early ? t("may start early") : "",
    session.speakers.map((one) => one.name).join(", "),
  ]
    .filter((text) => text !== "")
    .join(" · ");
}

function Gap({ ms }: { ms: number }) {
  return (
    <tr class="gap">
      <td colSpan={9}>
        <span>{t("{time} free", { time: minutes(ms) })}</span>
      </td>
    </tr>
  );
}

function Line(props: { session: Session; buffer: Buffer | undefined; shift: Shift | undefined }) {
  const { session, buffer, shift: shifted } = props;
  const { id } = session;
  const onAir = isOnAir(session);
  const isNext = room.value?.next === id;
  const marks = [
    session.status,
    session.kind,
    isNext ? "next-up" : "",
    row.value === id ? "focused" : "",
    moving.value?.session === id ? "moving" : "",
    shifted === undefined ? "" : "shifted",
  ];
  return (
    <tr
      id={`s-${id}`}
      class={marks.filter((mark) => mark !== "").join(" ")}
      tabIndex={row.value === id || (row.value === null && onAir) ? 0 : -1}
      aria-selected={row.value === id}
      onFocusIn={() => (row.value = id)}
      onClick={() => (row.value = id)}
      onDblClick={() => edit(session)}
    >
      <td class="row-grip">{isMovable(session) && <Grip session={session} />}</td>
      <td class="figures" data-name={t("Planned")}>
        <time>{timeIn(session.start_at, zone.value)}</time>
      </td>
      <td class="figures" data-name={t("Expected")}>
        <Expected session={session} shift={shifted} />
      </td>
      <td class="figures" data-name={t("Actual")}>
        {session.started_at !== undefined && (
          <time>
            {timeIn(session.started_at, zone.value)}
            {session.ended_at !== undefined && `\u2013${timeIn(session.ended_at, zone.value)}`}
          </time>
        )}
      </td>
      <td class="figures" data-name={t("Length")}>
        {t("{n} min", { n: shownLength(session.duration_s) })}
        {(session.runs?.length ?? 0) > 1 && (
          <span class="muted">{t("{n} runs", { n: session.runs?.length ?? 0 })}</span>
        )}
      </td>
      <td class="off" data-name={t("Against the plan")}>
        <Off session={session} />
      </td>
      <th scope="row">
        <span class="row-title">{session.title}</span>
        <span class="row-more">{more(session, buffer)}</span>
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
        <Acts session={session} />
      </td>
    </tr>
  );
}

export function Rundown() {
  const at = now.value;
  const order =
    moving.value === null
      ? rundown.value
      : ordered(rundown.value, moving.value.session, moving.value.before);
  const buffers = buffersOf(rundown.value, at);
  const days = dayStarts(rundown.value, zone.value);
  const shifts = new Map(
    shown.value === null
      ? []
      : shiftsOf(shown.value, () => zone.value).map((one) => [one.id, one] as const),
  );
  return (
    <section class="rundown" aria-labelledby="rundown">
      <header>
        <h2 id="rundown">{t("Rundown")}</h2>
        <span class="muted">{room.value?.name}</span>
        <Button
          size="small"
          icon={Plus}
          shortcut="I"
          class="insert"
          disabled={roomId.value === undefined}
          onClick={() => (dialog.value = { is: "insert", before: null })}
        >
          {t("Put in a session")}
        </Button>
      </header>
      <Timeline />
      <div class="table">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span class="visually-hidden">{t("Move")}</span>
              </th>
              <th scope="col">{t("Planned")}</th>
              <th scope="col">{t("Expected")}</th>
              <th scope="col">{t("Actual")}</th>
              <th scope="col">{t("Length")}</th>
              <th scope="col">{t("Against the plan")}</th>
              <th scope="col">{t("Session")}</th>
              <th scope="col">{t("Status")}</th>
              <th scope="col">
                <span class="visually-hidden">{t("Actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {order.map((session) => {
              const buffer = buffers.get(session.id);
              return (
                <Fragment key={session.id}>
                  {days.has(session.id) && (
                    <tr class="day-row">
                      <th colSpan={9} scope="colgroup">
                        {dayIn(session.start_at, zone.value)}
                      </th>
                    </tr>
                  )}
                  {moving.value === null && (buffer?.gap_ms ?? 0) > 0 && (
                    <Gap ms={buffer?.gap_ms ?? 0} />
                  )}
                  <Line session={session} buffer={buffer} shift={shifts.get(session.id)} />
                </Fragment>
              );
            })}
          </tbody>
        </table>
        {rundown.value.length === 0 && (
          <p class="muted nothing">{t("This room has no sessions.")}</p>
        )}
      </div>
    </section>
  );
}
