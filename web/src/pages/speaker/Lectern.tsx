// What somebody who speaks has to know at a glance: time left, the question, the crew's word.

import { Check, Lock, MicVocal, ThumbsUp, TriangleAlert } from "lucide";
import { useState } from "preact/hooks";
import { ConnectionMark } from "../../crew/Frame.tsx";
import { Reacting } from "../../crew/Reacting.tsx";
import { carried } from "../../crew/words.ts";
import { noticesFor, type Notice } from "../../displays/notices.ts";
import { figure, stageOf } from "../../displays/timer/stages.ts";
import { minutes, number, t, timeIn, tn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import { command, me, rooms, state } from "../../state/store.ts";
import { answers, PollResults, shownPoll, type PollWithId } from "../../polls/index.ts";
import type { QuestionView } from "../../net/protocol.gen.ts";
import type { WithId } from "../../state/store.ts";
import { Button, Icon, Select } from "../../ui/index.ts";
import { Lead } from "./Lead.tsx";
import { answererOf, mayLead } from "./questions.ts";
import { asked, choose, live, next, room, roomId, zone } from "./room.ts";

// --- time ----------------------------------------------------------------------------------------

function Field(props: { stage: string; word: string; figures: string; about?: string }) {
  const { stage, word, figures, about } = props;
  return (
    <section class={`field-lamp ${stage}`} data-surface="display" aria-label={t("Your time")}>
      <p class="lamp-word">{word}</p>
      <p
        class="lamp-figure figures"
        role="timer"
        aria-live="off"
        style={{ "--letters": String(Math.max(5, figures.length)) }}
      >
        {figures}
      </p>
      {about && <p class="lamp-about figures">{about}</p>}
    </section>
  );
}

function Time() {
  const at = now.value;
  const session = live.value;
  const coming = next.value;
  if (session === null) {
    if (coming === null)
      return <Field stage="idle" word={t("The day is over")} figures={timeIn(at, zone.value)} />;
    const rest = coming.expected_start_at - at;
    const { parts } = figure(Math.max(0, rest));
    return (
      <Field
        stage="idle"
        word={rest > 0 ? t("Starts in") : t("Starts any moment")}
        figures={rest > 0 ? parts.join(":") : timeIn(at, zone.value)}
        about={t("planned {time}", { time: timeIn(coming.start_at, zone.value) })}
      />
    );
  }
  const found = stageOf(session, at);
  if (found === null) return null;
  const { stage, left } = found;
  const { sign, parts } = figure(left);
  const held = session.paused_at !== undefined;
  const words: Record<string, string> = {
    calm: t("Time left"),
    wrap: t("Please wrap up"),
    last: t("Last minute"),
    over: t("Over time"),
  };
  return (
    <Field
      stage={held ? "held" : stage}
      word={held ? t("Paused") : (words[stage] ?? "")}
      figures={sign + parts.join(":")}
      about={
        held
          ? t("The clock stands still.")
          : t("until {time}", { time: timeIn(session.due_at ?? at, zone.value) })
      }
    />
  );
}

function What() {
  const [session, coming] = [live.value, next.value];
  return (
    <section class="what" aria-label={t("What is on")}>
      {session !== null && (
        <div>
          <p class="what-label">{t("Now")}</p>
          <h1>{session.title}</h1>
        </div>
      )}
      {coming !== null ? (
        <div class={session === null ? "" : "then"}>
          <p class="what-label figures">
            {t("Next")} · {timeIn(coming.expected_start_at, zone.value)} ·{" "}
            {minutes(coming.duration_s * 1000)}
          </p>
          {session === null ? <h1>{coming.title}</h1> : <p class="what-next">{coming.title}</p>}
          {coming.speakers.length > 0 && (
            <p class="muted">{coming.speakers.map((one) => one.name).join(", ")}</p>
          )}
        </div>
      ) : (
        session !== null && <p class="muted">{t("This is the last session.")}</p>
      )}
    </section>
  );
}

// --- questions -----------------------------------------------------------------------------------

/** Who asked, whom it is for, and what the moderators say of it. */
function About({ question, votes }: { question: WithId<QuestionView>; votes: boolean }) {
  const to = state.value === null ? undefined : answererOf(state.value, question);
  const own = question.for !== undefined && question.for === me.value?.speaker;
  return (
    <>
      <p class="asked-by">
        {question.name ?? t("Anonymous")}
        {to !== undefined && (
          <span class={own ? "for-whom own" : "for-whom"}>
            <Icon of={MicVocal} /> {own ? t("for you") : t("for {name}", { name: to })}
          </span>
        )}
        {votes && (
          <span class="votes figures">
            <Icon of={ThumbsUp} label={t("Votes")} /> {number(question.upvotes)}
          </span>
        )}
      </p>
      {question.note && (
        <p class="crew-note" dir="auto">
          <Icon of={Lock} /> <span class="visually-hidden">{t("Private note")}: </span>
          {question.note}
        </p>
      )}
    </>
  );
}

/** The poll on the screens, with what the hall sees of it. */
function PollOnScreen({ poll }: { poll: PollWithId }) {
  return (
    <>
      <p class="coming-text" dir="auto">
        {poll.title}
      </p>
      {poll.tally === undefined ? (
        <p class="muted">{t("The results are not shown yet.")}</p>
      ) : (
        <PollResults poll={poll} />
      )}
    </>
  );
}

function Questions() {
  const { current, coming, listed } = asked.value;
  const [first, ...rest] = coming;
  const poll = roomId.value === undefined ? null : shownPoll(state.value, roomId.value);
  const none = current === null && poll === null;
  return (
    <section class={`asked${none ? " quiet" : ""}`} aria-label={t("Questions")}>
      <div class={`on-screen${none ? " none" : ""}`} aria-live="polite">
        <p class="what-label">
          {t("On screen")}
          {poll?.tally !== undefined && (
            <span class="muted figures"> · {answers(poll.tally.total)}</span>
          )}
        </p>
        {poll !== null ? (
          <PollOnScreen poll={poll} />
        ) : current === null ? (
          <p class="muted">{t("No question is on the screens.")}</p>
        ) : (
          <>
            <blockquote dir="auto" class={current.text.length > 120 ? "long" : ""}>
              {current.text}
            </blockquote>
            <About question={current} votes={false} />
          </>
        )}
      </div>
      <div class="coming">
        <p class="what-label">
          {t("Next question")}
          {rest.length > 0 && (
            <span class="muted">
              {" · "}
              {tn("{n} more is waiting", "{n} more are waiting", rest.length)}
            </span>
          )}
        </p>
        {first === undefined ? (
          <p class="muted">{t("None is waiting.")}</p>
        ) : (
          <>
            <p class="coming-text" dir="auto">
              {first.text}
            </p>
            <About question={first} votes={!listed} />
          </>
        )}
      </div>
      {mayLead(me.value, live.value) && <Lead />}
    </section>
  );
}

// --- the crew's word -----------------------------------------------------------------------------

function Told({ notice, more }: { notice: Notice; more: number }) {
  const [sending, setSending] = useState(false);
  const read = async (): Promise<void> => {
    if (sending) return;
    setSending(true);
    carried(await command("message.acknowledge", { message: notice.id }));
    setSending(false);
  };
  return (
    <div class={`told${notice.warns ? " warns" : ""}`}>
      {notice.warns && <Icon of={TriangleAlert} />}
      <p dir="auto">
        {notice.text}
        {more > 0 && <small>{t("and {n} more", { n: more })}</small>}
      </p>
      {me.value?.role === "speaker" && (
        <Button
          size="large"
          tone="primary"
          icon={Check}
          aria-busy={sending}
          onClick={() => void read()}
        >
          {t("OK, read")}
        </Button>
      )}
    </div>
  );
}

function Notices() {
  const view = state.value;
  const id = roomId.value;
  const notices =
    view === null || id === undefined ? [] : noticesFor(view, "speakers", id, now.value);
  const first = notices.at(-1); // the oldest that is not read
  return (
    <div class="told-place" role="alert">
      {first !== undefined && <Told key={first.id} notice={first} more={notices.length - 1} />}
    </div>
  );
}

// --- the page ------------------------------------------------------------------------------------

export function Lectern() {
  return (
    <div class="speaker-page">
      <header class="head">
        <strong class="head-title">{state.value?.event.title}</strong>
        {rooms.value.length > 1 ? (
          <label class="head-room">
            <span class="visually-hidden">{t("Room")}</span>
            <Select value={roomId.value} onChange={(event) => choose(event.currentTarget.value)}>
              {rooms.value.map((one) => (
                <option key={one.id} value={one.id} selected={one.id === roomId.value}>
                  {one.name}
                </option>
              ))}
            </Select>
          </label>
        ) : (
          <span class="muted">{room.value?.name}</span>
        )}
        <Reacting room={roomId.value} />
        <span class="head-end">
          <ConnectionMark />
          <time class="head-clock figures">{timeIn(now.value, zone.value)}</time>
        </span>
      </header>
      <main class="lectern">
        <Time />
        <What />
        <Questions />
      </main>
      <Notices />
    </div>
  );
}
