// What is on now and what comes next, one composition for each moment of an event's day.

import { ChartNoAxesColumn, Clock3, Coffee, Play, Users } from "lucide";
import { boot } from "../../boot.ts";
import { duration, kindName, left, minutes, number, t } from "../../i18n.ts";
import { state } from "../../state/store.ts";
import { Icon, LiveMark, ProgressLine, remaining, SpeakerList } from "../../ui/index.ts";
import { pictureNow } from "../../watch/step.ts";
import {
  delay,
  live,
  next,
  ownTime,
  phase,
  recorded,
  room,
  venueTime,
  type Session,
} from "./reading.ts";

const DAY_MS = 86_400_000;
const LONG = 60; // characters; a longer title is set a step smaller

export function Now() {
  const late = phase.value === "ended" ? null : delay();
  return (
    <section class={`now ${phase.value}`} aria-labelledby="now-title">
      <Moment />
      {late !== null && (
        <p class="delay">
          <Icon of={Clock3} />
          {late}
        </p>
      )}
    </section>
  );
}

function Moment() {
  const [on, coming] = [live.value, next.value];
  switch (phase.value) {
    case "live":
      return on && <OnAir session={on} />;
    case "break":
      return on && <Pause session={on} />;
    case "ended":
      return <Ended />;
    default:
      return coming && <Waiting session={coming} />;
  }
}

/** A talk: its title is the largest thing on the page. */
function OnAir({ session }: { session: Session }) {
  const kind = kindName(session.kind);
  return (
    <>
      <p class="now-line">
        <LiveMark is={session.paused_at === undefined ? "live" : "paused"} />
        {kind && <span class="now-kind">{kind}</span>}
        <Left session={session} />
      </p>
      <div class="now-what" key={session.id}>
        <Title of={session} />
        <SpeakerList speakers={session.speakers} />
      </div>
      <ProgressLine session={session} at={pictureNow.value} />
      <Next />
    </>
  );
}

function Title({ of }: { of: Session }) {
  return (
    <h2 id="now-title" class={of.title.length > LONG ? "long" : undefined}>
      {of.title}
    </h2>
  );
}

function Left({ session }: { session: Session }) {
  const at = pictureNow.value;
  const ms = remaining(session, at);
  if (ms === null) return null;
  const over = Math.floor(-ms / 60_000);
  return (
    <span
      class={`now-left figures${over >= 1 ? " over" : session.paused_at === undefined ? "" : " muted"}`}
    >
      {over >= 1 ? t("+{n} min over", { n: number(over) }) : left(at + Math.max(0, ms), at)}
    </span>
  );
}

/** A break: how long it lasts, and what it is worth coming back for. */
function Pause({ session }: { session: Session }) {
  const at = pictureNow.value;
  const ms = remaining(session, at) ?? session.expected_end_at - at;
  const until = at + ms;
  return (
    <>
      <p class="now-line">
        <span class="pause-mark">
          <Icon of={session.kind === "break" ? Coffee : Users} />
          {session.title}
        </span>
      </p>
      <div class="now-what" key={session.id}>
        <h2 id="now-title" class="pause-time">
          {ms > 30_000 ? (
            <>
              <span class="pause-left figures">{minutes(ms)}</span>{" "}
              <span class="pause-until">{t("until {time}", { time: ownTime(until) })}</span>
            </>
          ) : (
            t("It goes on any moment")
          )}
        </h2>
      </div>
      <ProgressLine session={session} at={pictureNow.value} />
      <After label={t("After the break")} />
    </>
  );
}

/** Before the first session, and between two. */
function Waiting({ session }: { session: Session }) {
  const first = phase.value === "before";
  const at = pictureNow.value;
  const ms = session.expected_start_at - at;
  return (
    <>
      <p class="now-line">
        <span class="wait-mark">{first ? t("Not started yet") : t("Between two sessions")}</span>
      </p>
      <div class="now-what" key={session.id}>
        <p class="wait-figure">
          {ms <= 0 ? (
            <strong>{t("Starts any moment")}</strong>
          ) : ms > DAY_MS ? (
            <>
              <span>{t("Starts on")}</span> <strong>{ownTime(session.expected_start_at)}</strong>
            </>
          ) : (
            <>
              <span>{t("Starts in")}</span>{" "}
              <strong class="figures" role="timer" aria-live="off">
                {duration(Math.ceil(ms / 1000) * 1000)}
              </strong>
            </>
          )}
        </p>
        <Title of={session} />
        <When at={session.expected_start_at} />
        <SpeakerList speakers={session.speakers} />
      </div>
    </>
  );
}

function Ended() {
  return (
    <div class="now-what">
      <h2 id="now-title">{t("Thank you for being here")}</h2>
      <p class="muted">
        {t("{event} is over. The questions and the agenda stay here to read.", {
          event: state.value?.event.title ?? "",
        })}
      </p>
      <Afterwards />
      {state.value?.event.public_results === true && (
        <p>
          <a class="button quiet normal" href={`/e/${boot.event}/results`}>
            <Icon of={ChartNoAxesColumn} />
            <span>{t("What was asked, in figures")}</span>
          </a>
        </p>
      )}
    </div>
  );
}

/** The recording, or that it is coming where there was a stream. */
function Afterwards() {
  const there = recorded();
  const streamed = room.value?.stream !== undefined || room.value?.slate !== undefined;
  return (
    <>
      {there && room.value !== null && (
        <p>
          <a
            class="button primary"
            href={`/e/${boot.event}/archive?room=${encodeURIComponent(room.value.id)}`}
          >
            <Icon of={Play} />
            <span>{t("Watch the recording")}</span>
          </a>
        </p>
      )}
      {!there && streamed && (
        <p class="muted">{t("The recording is on its way. It will be here, on this page.")}</p>
      )}
    </>
  );
}

/** "16:30, 09:30 in Mexico City" */
function When({ at }: { at: number }) {
  const venue = venueTime(at);
  return (
    <p class="when">
      <time dateTime={new Date(at).toISOString()}>{ownTime(at)}</time>
      {venue !== null && <span class="figures">{venue}</span>}
    </p>
  );
}

/** One line for what follows. */
function Next() {
  const coming = next.value;
  if (coming === null) return <p class="next muted">{t("This is the last session.")}</p>;
  return (
    <div class="next">
      <p class="next-label">{t("Next")}</p>
      <p class="next-title">{coming.title}</p>
      <When at={coming.expected_start_at} />
    </div>
  );
}

function After({ label }: { label: string }) {
  const coming = next.value;
  if (coming === null) return null;
  return (
    <div class="after">
      <p class="next-label">{label}</p>
      <h3>{coming.title}</h3>
      <When at={coming.expected_start_at} />
      <SpeakerList speakers={coming.speakers} inline />
    </div>
  );
}
