// One question of the room, with its votes; and the one that is on the screens.

import { Check, Flag, Mail, Projector } from "lucide";
import { number, relative, t, tn } from "../../i18n.ts";
import type { QuestionView } from "../../net/protocol.gen.ts";
import { me } from "../../state/store.ts";
import { Icon, VoteButton } from "../../ui/index.ts";
import { flagged, toggleFlag } from "./flags.ts";
import { minuteNow, muted, ownTime, room } from "./reading.ts";
import { Reply } from "./Reply.tsx";
import { shownVotes, toggle } from "./votes.ts";

const LONG_AGO_MS = 12 * 3_600_000;

interface Props {
  id: string;
  question: QuestionView;
  /** The session's title, where it is not the one that is on. */
  about?: string | undefined;
}

/** Where a row is in a list of which not all rows exist. */
type Place = Record<"aria-posinset" | "aria-setsize", number>;

export function QuestionRow({ id, question, about, place }: Props & { place: Place }) {
  const answered = question.status === "answered";
  return (
    <li class={`question${answered ? " is-answered" : ""}`} data-id={id} {...place}>
      <div class="question-body">
        <p class="question-text" dir="auto">
          {question.text}
        </p>
        <Meta id={id} question={question} about={about} />
        {question.reply !== undefined && <Reply text={question.reply} />}
      </div>
      <Votes id={id} question={question} />
    </li>
  );
}

/** The question that the screens in the room show now. */
export function OnScreen({ id, question }: Props) {
  return (
    <article class="on-screen" aria-label={t("On screen now")}>
      <p class="on-screen-mark">
        <Icon of={Projector} />
        {t("On screen now")}
      </p>
      <div class="question">
        <div class="question-body">
          <p class="question-text" dir="auto">
            {question.text}
          </p>
          <Meta id={id} question={question} />
        </div>
        <Votes id={id} question={question} />
      </div>
    </article>
  );
}

/** "5 min ago"; the day and the time of what was said long ago. */
function ago(at: number): string {
  const now = minuteNow.value;
  return now - at > LONG_AGO_MS ? ownTime(at) : relative(Math.min(at, now), now + 1);
}

function Meta({ id, question, about }: Props) {
  const mine = me.value?.questions[id] !== undefined;
  const at = question.answered_at ?? question.asked_at;
  return (
    <div class="question-meta">
      {question.status === "answered" && (
        <span class="answered-mark">
          <Icon of={Check} />
          {t("Answered")}
        </span>
      )}
      {question.followup && (
        <span class="answered-mark">
          <Icon of={Mail} />
          {t("To be answered later")}
        </span>
      )}
      <span dir="auto">{question.name ?? t("Anonymous")}</span>
      {mine && <strong>{t("Yours")}</strong>}
      <span>{ago(at)}</span>
      {!mine && <FlagButton id={id} about={question.text} />}
      {about !== undefined && <span class="question-about">{about}</span>}
    </div>
  );
}

/** Small and quiet: most never need it. */
function FlagButton({ id, about }: { id: string; about: string }) {
  const on = flagged(id);
  return (
    <button
      type="button"
      class="flag"
      aria-pressed={on}
      aria-label={t("Ask the moderators to take a look at: {question}", { question: about })}
      title={t("Ask the moderators to take a look")}
      disabled={muted.value !== null}
      onClick={() => void toggleFlag(id)}
    >
      <Icon of={Flag} />
      {on && <span>{t("Flagged")}</span>}
    </button>
  );
}

export function Votes({ id, question }: Pick<Props, "id" | "question">) {
  const { on, count, sending = false } = shownVotes(id, question);
  if (question.status === "answered")
    return (
      <p class={`votes-then figures${on ? " mine" : ""}`}>
        <span aria-hidden="true">{number(count)}</span>
        <span class="visually-hidden">{tn("{n} vote", "{n} votes", count)}</span>
      </p>
    );
  return (
    <VoteButton
      count={count}
      on={on}
      sending={sending}
      about={question.text}
      disabled={room.value === null || muted.value !== null}
      onToggle={() => void toggle(id, question)}
    />
  );
}
