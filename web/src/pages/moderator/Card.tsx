// One question on the desk: its text first, everything else in one muted line, its keys where the
// focus is. Its height does not depend on the focus, so nothing moves under the pointer.

import {
  ArrowLeft,
  Check,
  CircleCheck,
  Eraser,
  MessageSquareReply,
  MonitorOff,
  MonitorUp,
  Pencil,
  X,
  type IconNode,
} from "lucide";
import { useEffect, useState } from "preact/hooks";
import { sayOnDesk, venue, who } from "../../crew/words.ts";
import { minutes, number, t, timeIn, tn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import type { QuestionView } from "../../net/protocol.gen.ts";
import { me, state, status } from "../../state/store.ts";
import { Button, Icon, Kbd, LiveMark, TextArea } from "../../ui/index.ts";
import {
  amend,
  answer,
  approve,
  back,
  busy,
  decidedBy,
  drew,
  erasing,
  reject,
  stage,
  write,
} from "./decide.ts";
import {
  focus,
  ghosts,
  note,
  notes,
  pointing,
  room,
  showFocus,
  spotlight,
  writing,
  type ColumnName,
} from "./model.ts";

const LATE_MS = 3 * 60_000;

function Waiting({ since }: { since: number }) {
  const waited = Math.max(0, now.value - since);
  return (
    <span class={waited >= LATE_MS ? "waited late" : "waited"}>
      {t("waiting {time}", { time: minutes(waited) })}
    </span>
  );
}

function Standing({ author }: { author: string | undefined }) {
  const standing = author === undefined ? undefined : state.value?.participants?.[author];
  if (standing === undefined || standing.asked < 2) return null;
  const { asked, taken, not_taken } = standing;
  return (
    <span>
      {tn("{n} asked", "{n} asked", asked)}
      {taken > 0 && `, ${tn("{n} taken", "{n} taken", taken)}`}
      {not_taken > 0 && `, ${tn("{n} not taken", "{n} not taken", not_taken)}`}
    </span>
  );
}

/** What does not fit in its line is told by the pointer. */
function tell(event: { currentTarget: HTMLElement }): void {
  const line = event.currentTarget;
  const parts = [...line.children].map((one) => one.textContent);
  line.title = line.scrollWidth > line.clientWidth ? parts.join(" · ") : "";
}

function Meta({ question, column }: { question: QuestionView; column: ColumnName }) {
  const session = state.value?.sessions[question.session];
  const elsewhere = question.session !== room.value?.live && session !== undefined;
  const by = question.decided;
  return (
    <p class="meta" onPointerEnter={tell}>
      {column === "incoming" && <Waiting since={question.asked_at} />}
      {question.status !== "redacted" && (
        <span class={question.name ? "asker" : ""}>{question.name ?? t("anonymous")}</span>
      )}
      {column === "incoming" && <Standing author={question.author} />}
      {elsewhere && <span>{t("for “{session}”", { session: session.title })}</span>}
      {column !== "incoming" && by && question.status !== "withdrawn" && (
        <span>
          {by.by === ""
            ? t("decided {time}", { time: timeIn(by.at, venue()) })
            : t("{name}, {time}", { name: who(by.by), time: timeIn(by.at, venue()) })}
        </span>
      )}
      {question.status === "withdrawn" && <span>{t("withdrawn by its author")}</span>}
      {question.reason && question.status === "rejected" && <span>“{question.reason}”</span>}
    </p>
  );
}

function Act(props: {
  icon: IconNode;
  k?: string;
  text: string;
  main?: boolean;
  onClick: () => void;
}) {
  const { icon, k, text, main = false, onClick } = props;
  return (
    <button
      type="button"
      class={`act ${main ? "main" : ""}`}
      title={text}
      aria-keyshortcuts={k}
      onClick={onClick}
    >
      <Icon of={icon} />
      <span class="act-text">{text}</span>
      {k && <Kbd>{k}</Kbd>}
    </button>
  );
}

/** For organisers, and apart from what one does all day: no key, no word until it is pointed at. */
function Erase({ id }: { id: string }) {
  if (me.value?.role !== "organiser") return null;
  const text = t("Erase for good");
  return (
    <button
      type="button"
      class="act"
      title={text}
      aria-label={text}
      onClick={() => (erasing.value = id)}
    >
      <Icon of={Eraser} />
    </button>
  );
}

function Acts({ id, column }: { id: string; column: ColumnName }) {
  switch (column) {
    case "incoming":
      return (
        <div class="acts">
          <Act main icon={Check} k="A" text={t("Approve")} onClick={() => approve(id)} />
          <Act icon={X} k="R" text={t("Reject")} onClick={() => reject(id)} />
          <Act icon={Pencil} k="E" text={t("Edit")} onClick={() => write(id, "edit")} />
          <Erase id={id} />
        </div>
      );
    case "approved":
      return (
        <div class="acts">
          <Act main icon={MonitorUp} k="S" text={t("On stage")} onClick={() => void stage(id)} />
          <Act icon={CircleCheck} k="D" text={t("Answered")} onClick={() => answer(id)} />
          <Act
            icon={MessageSquareReply}
            k="W"
            text={t("Reply")}
            onClick={() => write(id, "reply")}
          />
          <Act icon={Pencil} k="E" text={t("Edit")} onClick={() => write(id, "edit")} />
          <Act icon={ArrowLeft} k="B" text={t("Back")} onClick={() => back(id)} />
          <Erase id={id} />
        </div>
      );
    case "stage":
      return (
        <div class="acts">
          <Act main icon={CircleCheck} k="D" text={t("Answered")} onClick={() => answer(id)} />
          <Act icon={MonitorOff} k="S" text={t("Take off")} onClick={() => void stage(id)} />
          <Act
            icon={MessageSquareReply}
            k="W"
            text={t("Reply")}
            onClick={() => write(id, "reply")}
          />
          <Erase id={id} />
        </div>
      );
    default:
      return (
        <div class="acts">
          <Act icon={ArrowLeft} k="B" text={t("Put back")} onClick={() => back(id)} />
          <Erase id={id} />
        </div>
      );
  }
}

function stop(): void {
  writing.value = null;
  showFocus(false);
}

function Edit({ id, question }: { id: string; question: QuestionView }) {
  const [text, setText] = useState(question.text);
  const [error, setError] = useState<string>();
  const save = async (): Promise<void> => {
    const ack = await amend(id, text);
    if (!ack.ok) setError(sayOnDesk(ack.error));
  };
  return (
    <form
      class="writing"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextArea
        label={t("The question as everybody will read it")}
        hint={t("The author's own words are kept beside it.")}
        value={text}
        onValue={setText}
        error={error}
        most={me.value?.limits.text_most}
        inputRef={(area) => area?.focus()}
        onSubmit={() => void save()}
        onCancel={stop}
      />
      <div class="row">
        <Button size="small" onClick={stop}>
          {t("Cancel")}
        </Button>
        <Button size="small" tone="primary" type="submit">
          {t("Save the text")}
        </Button>
      </div>
    </form>
  );
}

function Reason({ id }: { id: string }) {
  const [text, setText] = useState("");
  const usual = [t("Asked already"), t("Off the topic"), t("Not a question")];
  return (
    <form
      class="writing"
      onSubmit={(event) => {
        event.preventDefault();
        reject(id, text);
      }}
    >
      <TextArea
        label={t("Why it is not taken (for the other moderators)")}
        value={text}
        onValue={setText}
        most={140}
        inputRef={(area) => area?.focus()}
        onSubmit={() => reject(id, text)}
        onCancel={stop}
      />
      <div class="row">
        <span class="usual">
          {usual.map((reason) => (
            <Button key={reason} size="small" onClick={() => reject(id, reason)}>
              {reason}
            </Button>
          ))}
        </span>
        <Button size="small" onClick={stop}>
          {t("Cancel")}
        </Button>
        <Button size="small" tone="danger" type="submit">
          {t("Reject")}
        </Button>
      </div>
    </form>
  );
}

function Reply({ id }: { id: string }) {
  const [text, setText] = useState("");
  return (
    <form
      class="writing"
      onSubmit={(event) => {
        event.preventDefault();
        answer(id, text);
      }}
    >
      <TextArea
        label={t("Written reply, for everybody to read")}
        value={text}
        onValue={setText}
        most={1000}
        rows={2}
        inputRef={(area) => area?.focus()}
        onSubmit={() => answer(id, text)}
        onCancel={stop}
      />
      <div class="row">
        <Button size="small" onClick={stop}>
          {t("Cancel")}
        </Button>
        <Button size="small" tone="primary" type="submit">
          {t("Mark as answered")}
        </Button>
      </div>
    </form>
  );
}

interface Props {
  id: string;
  question: QuestionView;
  column: ColumnName;
  place: number;
  of: number;
}

/** Redrawn only when its question, its place, or a signal that it reads changes. */
export function Card({ id, question, column, place, of }: Props) {
  const focused = focus.value === id;
  const ghost = ghosts.value.get(id);
  const note_ = notes.value.get(id);
  const doing = writing.value?.id === id && ghost === undefined ? writing.value.what : null;
  const sending = busy(id);
  const lit = spotlight.value === id;
  const erased = question.status === "redacted";
  useEffect(() => drew(id, question), [id, question.revision, question.status]);
  return (
    <article
      id={`q-${id}`}
      class={`question in-${column}${focused ? " focused" : ""}${ghost ? " ghost" : ""}${sending ? " sending" : ""}`}
      tabIndex={focused || (focus.value === null && place === 1) ? 0 : -1}
      aria-labelledby={`t-${id}`}
      aria-posinset={place}
      aria-setsize={of}
      aria-busy={sending}
      onFocusIn={() => {
        if (!pointing()) focus.value = id;
      }}
      onClick={(event) => {
        const at = event.target;
        if (focus.peek() === id || (at instanceof Element && at.closest("button, textarea")))
          return;
        focus.value = id;
        showFocus(false);
      }}
    >
      {(column === "approved" || column === "answered") && (
        <p class="tally figures" title={tn("{n} vote", "{n} votes", question.upvotes)}>
          <span key={question.upvotes}>{number(question.upvotes)}</span>
          <span class="visually-hidden">{t("votes")}</span>
        </p>
      )}
      <div class="card-body">
        {lit && column !== "stage" && <LiveMark text={t("On screen")} />}
        {doing === "edit" ? (
          <Edit id={id} question={question} />
        ) : (
          <p class={erased ? "text erased" : "text"} id={`t-${id}`} dir="auto">
            {erased ? t("Erased") : question.text}
          </p>
        )}
        {question.original !== undefined && doing !== "edit" && (
          <p class="original">
            <span>{t("The author wrote:")}</span> <q dir="auto">{question.original}</q>
          </p>
        )}
        {question.reply && (
          <p class="original">
            <span>{t("Reply:")}</span> {question.reply}
          </p>
        )}
        {note_ && (
          <p class="card-note" role="alert">
            {note_}{" "}
            <Button size="small" tone="plain" onClick={() => note(id, null)}>
              {t("Read")}
            </Button>
          </p>
        )}
        {doing === "reject" && <Reason id={id} />}
        {doing === "reply" && <Reply id={id} />}
        {ghost ? (
          <p class="ghost-words">
            {decidedBy(ghost.now, ghost.by)}
            {ghost.at !== undefined && <time> {timeIn(ghost.at, venue())}</time>}
          </p>
        ) : (
          doing === null && (
            <div class="card-foot">
              <Meta question={question} column={column} />
              {sending && status.value.is !== "live" ? (
                <p class="meta late">{t("sent when you are back")}</p>
              ) : (
                !erased && <Acts id={id} column={column} />
              )}
            </div>
          )
        )}
      </div>
    </article>
  );
}
