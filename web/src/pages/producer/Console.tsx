// Above all: the clock, what is live with its time left, and one large button for what comes next.

import { ArrowRight, CirclePause, CirclePlay, Square, Undo2 } from "lucide";
import { useState } from "preact/hooks";
import { sayOnDesk, who } from "../../crew/words.ts";
import { cityOf, clockIn, duration, minutes, ownZone, sameTime, t, timeIn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import { rooms, sessionOf, state } from "../../state/store.ts";
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
  dialog,
  doing,
  end,
  extend,
  extendUntil,
  goOn,
  instantAt,
  live,
  next,
  offsetNow,
  offsetWords,
  pauseOrResume,
  roomId,
  rundown,
  undo,
  undoWords,
} from "./act.ts";

function zone(): string {
  return state.value?.event.timezone ?? "UTC";
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
  const id = roomId.value;
  if (id === undefined) return null;
  const { text, tone } = offsetWords(offsetNow(id, now.value));
  const over = live.value === null && next.value === null;
  const coming = rundown.value.filter((one) => !/^(skipped|cancelled)$/.test(one.status));
  const ends = Math.max(...coming.map((one) => one.expected_end_at));
  const planned = Math.max(...rundown.value.map((one) => one.start_at + one.duration_s * 1000));
  return (
    <dl class="offset">
      <div>
        <dt>{t("Against the plan")}</dt>
        <dd class={`offset-words ${tone}`}>{over ? "–" : text}</dd>
      </div>
      {coming.length > 0 && (
        <div>
          <dt>{over ? t("The day ended") : t("The day ends")}</dt>
          <dd class="figures">
            {timeIn(ends, zone())}
            {Math.abs(ends - planned) >= 60_000 && (
              <span class="muted"> {t("planned {time}", { time: timeIn(planned, zone()) })}</span>
            )}
          </dd>
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
      onClick={() => void goOn()}
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

function Controls() {
  const session = live.value;
  const off = session === null;
  const paused = session?.paused_at !== undefined;
  const steps: [number, string, string][] = [
    [-300, "−5", "{"],
    [-60, "−1", "["],
    [60, "+1", "]"],
    [300, "+5", "}"],
  ];
  return (
    <div class="controls">
      <Button
        icon={paused ? CirclePlay : CirclePause}
        shortcut="P"
        tone={paused ? "primary" : "quiet"}
        disabled={off}
        aria-busy={doing.value.has("pause")}
        aria-disabled={doing.value.has("pause")}
        onClick={() => void pauseOrResume()}
        class="pause"
      >
        {paused ? t("Resume") : t("Pause")}
      </Button>
      <div class="steps" role="group" aria-label={t("Time of what is live, in minutes")}>
        {steps.map(([by, text, key]) => (
          <button
            key={by}
            type="button"
            disabled={off}
            aria-label={
              by > 0 ? t("{n} min more", { n: by / 60 }) : t("{n} min less", { n: -by / 60 })
            }
            aria-keyshortcuts={key}
            onClick={() => void extend(by)}
          >
            <span class="figures">{text}</span>
            <Kbd>{key}</Kbd>
          </button>
        ))}
        <button type="button" disabled={off} onClick={() => (dialog.value = "until")}>
          {t("until…")}
        </button>
      </div>
      <Button icon={Square} disabled={off} onClick={() => (dialog.value = "end")}>
        {t("End…")}
      </Button>
      <Undo />
    </div>
  );
}

function Undo() {
  const step = roomId.value === undefined ? undefined : state.value?.undo?.[roomId.value];
  return (
    <button
      type="button"
      class="undo"
      disabled={step === undefined}
      aria-busy={doing.value.has("undo")}
      aria-disabled={doing.value.has("undo")}
      aria-keyshortcuts="U"
      onClick={() => void undo()}
    >
      <Icon of={Undo2} />
      {step === undefined ? (
        <span class="undo-what">{t("Nothing to undo")}</span>
      ) : (
        <span class="undo-what">
          {t("Undo: {what}", { what: undoWords(step.what, step.session) })}
          <span class="muted figures">
            {" "}
            (
            {step.by === ""
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
  const open = dialog.value === "until" && session !== null;
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
    const ack = await extendUntil(session.id, at);
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
      </form>
    </Dialog>
  );
}

function End() {
  const session = live.value;
  const close = (): void => void (dialog.value = null);
  return (
    <Dialog
      open={dialog.value === "end" && session !== null}
      title={t("End this session?")}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{t("Cancel")}</Button>
          <Button
            tone="danger"
            onClick={() => {
              close();
              void end();
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
    </Dialog>
  );
}

function RoomState({ id }: { id: string }) {
  const found = state.value?.rooms[id];
  const session = sessionOf(found?.live);
  const { text, tone } = offsetWords(offsetNow(id, now.value));
  return (
    <>
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
      </div>
      <Until />
      <End />
    </>
  );
}
