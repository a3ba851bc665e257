// Above all: the clock, what is live with its time left, and one large button for what comes next.

import {
  ArrowRight,
  CirclePause,
  CirclePlay,
  ClockArrowUp,
  SkipForward,
  Square,
  Timer,
  Undo2,
  Users,
} from "lucide";
import { useState } from "preact/hooks";
import { carried, sayOnDesk, who } from "../../crew/words.ts";
import {
  cityOf,
  clockIn,
  duration,
  minutes,
  ownZone,
  sameTime,
  t,
  timeIn,
  tn,
} from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import { presence, rooms, sessionOf, state } from "../../state/store.ts";
import {
  Button,
  Countdown,
  Dialog,
  Field,
  Icon,
  Kbd,
  LiveMark,
  ProgressLine,
  remaining,
} from "../../ui/index.ts";
import {
  chooseRoom,
  desks,
  dialog,
  doing,
  extendDeed,
  followDeed,
  glance,
  live,
  next,
  nextDeed,
  pauseDeed,
  perform,
  room,
  roomId,
  rundown,
  send,
  skipNextDeed,
  undoDeed,
  undoWords,
  zone as zoneHere,
  type Deed,
} from "./act.ts";
import { Effects, Strip } from "./Foreseen.tsx";
import { buffersOf, dayEnd, dayOf, instantAt, offsetWords, roomOffset, spare } from "./model.ts";

function zone(): string {
  return zoneHere.value;
}

/** Shows what a deed does for as long as the pointer or the focus is on its control. */
function looks(deed: () => Deed | null) {
  return {
    onPointerEnter: (event: PointerEvent) => event.pointerType === "mouse" && glance(deed()),
    onPointerLeave: () => glance(null),
    onFocus: (event: FocusEvent) =>
      (event.currentTarget as HTMLElement).matches(":focus-visible") && glance(deed()),
    onBlur: () => glance(null),
  };
}

function VenueClock() {
  const at = now.value;
  const own = !sameTime(at, zone(), ownZone);
  return (
    <div class="venue-clock">
      <time class="figures venue-time">{clockIn(at, zone())}</time>
      <p class="venue-city">
        {cityOf(zone())}
        {own && (
          <span class="muted figures">
            {" "}
            · {t("{time} in {city}", { time: timeIn(at, ownZone), city: cityOf(ownZone) })}
          </span>
        )}
      </p>
    </div>
  );
}

function Offset() {
  const [id, view, at] = [roomId.value, state.value, now.value];
  if (id === undefined || view === null) return null;
  const { text, tone } = offsetWords(roomOffset(view, id, at));
  const over = live.value === null && next.value === null;
  const day = dayOf(rundown.value, room.value?.next, zone());
  const ends = dayEnd(day, at);
  const left = spare(buffersOf(day, at));
  return (
    <dl class="offset">
      <div>
        <dt>{t("Against the plan")}</dt>
        <dd class={`offset-words ${tone}`}>{over ? "–" : text}</dd>
      </div>
      {ends !== null && (
        <div>
          <dt>{over ? t("The day ended") : t("The day ends")}</dt>
          <dd class="figures">
            {timeIn(ends.expected, zone())}
            {Math.abs(ends.expected - ends.planned) >= 60_000 && (
              <span class="muted">
                {" "}
                {t("planned {time}", { time: timeIn(ends.planned, zone()) })}
              </span>
            )}
          </dd>
        </div>
      )}
      {!over && (
        <div>
          <dt>{t("Buffers left")}</dt>
          <dd class="figures">{left < 60_000 ? t("none") : minutes(left)}</dd>
        </div>
      )}
    </dl>
  );
}

function OnAir() {
  const session = live.value;
  if (session === null) {
    const first = next.value;
    const rest = first === null ? 0 : first.start_at - now.value;
    return (
      <section class={`on-air idle ${rest < 0 ? "late" : ""}`} aria-label={t("On air")}>
        <p class="on-air-line muted">{t("Nothing is live")}</p>
        <p class="on-air-title">
          {first === null
            ? t("The day is over")
            : rest < 0
              ? t("Should have started at {time}", { time: timeIn(first.start_at, zone()) })
              : t("Starts at {time}", { time: timeIn(first.start_at, zone()) })}
        </p>
        <p class="big-left figures">
          {first !== null && (
            <>
              {rest < 0 && "+"}
              {duration(rest)}
              <span class="big-word">{rest < 0 ? t("late") : t("to go")}</span>
            </>
          )}
        </p>
        <div class="progress-line" />
      </section>
    );
  }
  const left = remaining(session, now.value) ?? 0;
  const paused = session.paused_at !== undefined;
  return (
    <section
      class={`on-air ${paused ? "paused" : left < 0 ? "over" : ""}`}
      aria-label={t("On air")}
    >
      <p class="on-air-line">
        <LiveMark is={paused ? "paused" : left < 0 ? "over" : "live"} />
        <span class="muted figures">
          {t("{start} to {end}", {
            start: timeIn(session.started_at ?? session.start_at, zone()),
            end: timeIn(session.expected_end_at, zone()),
          })}
        </span>
        {session.extended_s !== undefined && (
          <span class="figures">
            {session.extended_s > 0 ? "+" : "−"}
            {t("{n} min", { n: Math.round(Math.abs(session.extended_s) / 60) })}
          </span>
        )}
      </p>
      <p class="on-air-title" title={session.title}>
        {session.title}
      </p>
      <p class="big-left">
        <Countdown session={session} />
        <span class="big-word">{paused ? t("held") : left < 0 ? t("over") : t("left")}</span>
      </p>
      <ProgressLine session={session} />
    </section>
  );
}

function Next() {
  const coming = next.value;
  const is = live.value;
  const nothing = coming === null && is === null;
  return (
    <button
      type="button"
      class={`next ${coming === null ? "ends" : ""}`}
      disabled={nothing}
      aria-busy={doing.value.has("next")}
      aria-disabled={doing.value.has("next")}
      aria-keyshortcuts="N"
      onClick={() => void perform(nextDeed())}
      {...looks(nextDeed)}
    >
      <span class="next-verb">
        {nothing
          ? t("Nothing left to start")
          : coming === null
            ? t("End the last session")
            : t("Start:")}
        {!nothing && <Kbd>N</Kbd>}
      </span>
      <span class="next-title">{coming?.title ?? is?.title ?? ""}</span>
      <span class="next-when figures">
        {coming !== null &&
          t("planned {time}", { time: timeIn(coming.start_at, zone()) }) +
            " · " +
            minutes(coming.duration_s * 1000)}
      </span>
      {!nothing && <Icon of={ArrowRight} />}
    </button>
  );
}

const STEPS: readonly [number, string, string][] = [
  [-300, "−5", "{"],
  [-60, "−1", "["],
  [60, "+1", "]"],
  [300, "+5", "}"],
];

function Controls() {
  const session = live.value;
  const off = session === null;
  const paused = session?.paused_at !== undefined;
  const follows = room.value?.follows === true;
  return (
    <div class="controls">
      <Button
        icon={paused ? CirclePlay : CirclePause}
        shortcut="P"
        tone={paused ? "primary" : "quiet"}
        disabled={off}
        aria-busy={doing.value.has("pause")}
        aria-disabled={doing.value.has("pause")}
        onClick={() => void perform(pauseDeed())}
        class="pause"
        {...looks(pauseDeed)}
      >
        {paused ? t("Resume") : t("Pause")}
      </Button>
      <div class="steps" role="group" aria-label={t("Time of what is live, in minutes")}>
        {STEPS.map(([by, text, key]) => (
          <button
            key={by}
            type="button"
            disabled={off}
            aria-label={
              by > 0 ? t("{n} min more", { n: by / 60 }) : t("{n} min less", { n: -by / 60 })
            }
            aria-keyshortcuts={key}
            onClick={() => void perform(extendDeed(by))}
            {...looks(() => extendDeed(by))}
          >
            <span class="figures">{text}</span>
            <Kbd>{key}</Kbd>
          </button>
        ))}
        <button
          type="button"
          disabled={off}
          aria-keyshortcuts="T"
          onClick={() => (dialog.value = { is: "until" })}
        >
          {t("until…")}
          <Kbd>T</Kbd>
        </button>
      </div>
      <Button
        icon={Square}
        disabled={off}
        shortcut="0"
        onClick={() => (dialog.value = { is: "end" })}
      >
        {t("End…")}
      </Button>
      <Button
        icon={SkipForward}
        disabled={next.value === null}
        onClick={() => void perform(skipNextDeed())}
        {...looks(skipNextDeed)}
      >
        {t("Skip next")}
      </Button>
      <Button
        icon={ClockArrowUp}
        disabled={off}
        onClick={() => session && (dialog.value = { is: "correct", session: session.id })}
      >
        {t("Started at…")}
      </Button>
      <Button
        icon={Timer}
        tone={follows ? "primary" : "quiet"}
        shortcut="F"
        aria-pressed={follows}
        onClick={() => void perform(followDeed())}
        {...looks(followDeed)}
      >
        {t("Follow the clock")}
      </Button>
    </div>
  );
}

function Undo() {
  const id = roomId.value;
  const step = id === undefined ? undefined : state.value?.undo?.[id];
  return (
    <button
      type="button"
      class="undo"
      disabled={step === undefined}
      aria-busy={doing.value.has("undo")}
      aria-disabled={doing.value.has("undo")}
      aria-keyshortcuts="U"
      onClick={() => void perform(undoDeed())}
      {...looks(undoDeed)}
    >
      <Icon of={Undo2} />
      {step === undefined || id === undefined ? (
        <span class="undo-what">{t("Nothing to undo")}</span>
      ) : (
        <span class="undo-what">
          {t("Undo: {what}", { what: undoWords(step, id) })}
          <span class="muted figures">
            {" "}
            (
            {step.clock === true
              ? t("the clock, {time}", { time: timeIn(step.at, zone()) })
              : step.by === ""
                ? timeIn(step.at, zone())
                : t("{name}, {time}", { name: who(step.by), time: timeIn(step.at, zone()) })}
            )
          </span>
        </span>
      )}
      <Kbd>U</Kbd>
    </button>
  );
}

function Until() {
  const session = live.value;
  const [text, setText] = useState("");
  const [error, setError] = useState<string>();
  const open = dialog.value?.is === "until" && session !== null;
  const close = (): void => {
    dialog.value = null;
    setText("");
    setError(undefined);
  };
  if (session === null) return null;
  const at = instantAt(text, session.due_at ?? now.value, zone());
  const save = async (): Promise<void> => {
    if (at === null) return setError(t("Write a time of day, such as 15:30."));
    if (at <= now.value) return setError(t("This time has passed."));
    const ack = await send({ type: "session.extend", session: session.id, until_at: at });
    if (ack.ok) close();
    else setError(sayOnDesk(ack.error));
  };
  return (
    <Dialog
      open={open}
      title={t("Until when?")}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{t("Cancel")}</Button>
          <Button tone="primary" onClick={() => void save()}>
            {at === null
              ? t("Set the end")
              : t("Let it end at {time}", { time: timeIn(at, zone()) })}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field
          type="time"
          label={t("“{session}” ends at", { session: session.title })}
          hint={t("Time in {city}. It would end at {time} now.", {
            city: cityOf(zone()),
            time: timeIn(session.expected_end_at, zone()),
          })}
          value={text}
          onValue={(value) => {
            setText(value);
            setError(undefined);
          }}
          error={error}
          autoFocus
        />
        <Effects
          wishes={
            at === null || at <= now.value
              ? []
              : [{ type: "session.extend", session: session.id, until_at: at }]
          }
        />
      </form>
    </Dialog>
  );
}

function End() {
  const session = live.value;
  const close = (): void => void (dialog.value = null);
  return (
    <Dialog
      open={dialog.value?.is === "end" && session !== null}
      title={t("End this session?")}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{t("Cancel")}</Button>
          <Button
            tone="danger"
            onClick={() => {
              close();
              if (session !== null)
                void send({ type: "session.end", session: session.id }).then(carried);
            }}
          >
            {t("End it now")}
          </Button>
        </>
      }
    >
      <p>
        {t("“{session}” ends and nothing is live in the room until you start something.", {
          session: session?.title ?? "",
        })}
      </p>
      {session !== null && <Effects wishes={[{ type: "session.end", session: session.id }]} />}
    </Dialog>
  );
}

function RoomState({ id }: { id: string }) {
  const found = state.value?.rooms[id];
  const session = sessionOf(found?.live);
  const view = state.value;
  if (view === null) return null;
  const { text, tone } = offsetWords(roomOffset(view, id, now.value));
  return (
    <>
      {found?.follows === true && (
        <span class="follows">
          <Icon of={Timer} label={t("Follows the clock")} />
        </span>
      )}
      {session === null ? (
        <span class="muted">{t("Nothing is live")}</span>
      ) : (
        <Countdown session={session} />
      )}
      <span class={`offset-words ${tone}`}>{text}</span>
    </>
  );
}

function Rooms() {
  if (rooms.value.length < 2) return null;
  return (
    <nav class="room-tabs" aria-label={t("Rooms")}>
      {rooms.value.map((one) => (
        <button
          key={one.id}
          type="button"
          aria-pressed={one.id === roomId.value}
          onClick={() => chooseRoom(one.id)}
        >
          <strong>{one.name}</strong>
          <RoomState id={one.id} />
        </button>
      ))}
    </nav>
  );
}

export function Console() {
  return (
    <>
      <Rooms />
      <div class="console">
        <div class="console-clock">
          <VenueClock />
          <Offset />
        </div>
        <OnAir />
        <Next />
        <Controls />
        <div class="ahead">
          <Strip />
          <Undo />
        </div>
      </div>
      <Until />
      <End />
    </>
  );
}

/** That somebody else leads as well. */
export function Others() {
  const n = desks(presence.value?.counts);
  if (n < 2) return null;
  return (
    <span class="others">
      <Icon of={Users} />
      {tn("{n} other producer's desk is open", "{n} other producer's desks are open", n - 1)}
    </span>
  );
}
