// One question on the desk: its text first, everything else in one muted line, its keys where the
// focus is. Its height does not depend on the focus, so nothing moves under the pointer.

import {
  ArrowDown,
  ArrowLeft,
  ArrowUp,
  Check,
  CircleCheck,
  Copy,
  Ellipsis,
  Eraser,
  Flag,
  GripVertical,
  ListEnd,
  ListX,
  Lock,
  Merge,
  MessageSquareReply,
  MicVocal,
  MonitorOff,
  MonitorUp,
  Pencil,
  Star,
  TriangleAlert,
  UserRound,
  VolumeX,
  X,
  type IconNode,
} from "lucide";
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { languageName, venue, who } from "../../crew/words.ts";
import { duration, minutes, number, t, timeIn, tn, tongue } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import type { QuestionView } from "../../net/protocol.gen.ts";
import { me, state, status } from "../../state/store.ts";
import { Button, Icon, Kbd, LiveMark, showPalette } from "../../ui/index.ts";
import { asking } from "./asking.ts";
import { claimOf } from "./claims.ts";
import {
  answer,
  approve,
  back,
  bulk,
  busy,
  decidedBy,
  drew,
  erasing,
  merge,
  reject,
  shift,
  split,
  stage,
  toggleQueued,
  write,
} from "./decide.ts";
import { dragged, dragHandlers, dropDoes, dropHandlers, over } from "./drag.ts";
import { marked as markedWords } from "./marked.ts";
import {
  alikeTo,
  columnShowing,
  floodOf,
  focus,
  ghosts,
  isAfter,
  note,
  notes,
  opened,
  pointing,
  queue,
  room,
  search,
  selected,
  showFocus,
  spotlight,
  toggleFlood,
  toggleSelected,
  writing,
  type ColumnName,
} from "./model.ts";
import { isMuted } from "./People.tsx";
import { Difference, Write } from "./Writing.tsx";

const LATE_MS = 3 * 60_000;

function Waiting({ since }: { since: number }) {
  const waited = Math.max(0, now.value - since);
  return (
    <span class={waited >= LATE_MS ? "waited late" : "waited"}>
      {waited < 60_000 ? t("just now") : t("waiting {time}", { time: minutes(waited) })}
    </span>
  );
}

function Standing({ author }: { author: string | undefined }) {
  const standing = author === undefined ? undefined : state.value?.participants?.[author];
  if (standing === undefined) return null;
  const { asked, taken, not_taken } = standing;
  return (
    <>
      {isMuted(standing) && (
        <span class="late">
          <Icon of={VolumeX} /> {t("muted")}
        </span>
      )}
      {asked > 1 && (
        <span>
          {tn("{n} asked", "{n} asked", asked)}
          {taken > 0 && `, ${tn("{n} taken", "{n} taken", taken)}`}
          {not_taken > 0 && `, ${tn("{n} not taken", "{n} not taken", not_taken)}`}
        </span>
      )}
    </>
  );
}

/** What does not fit in its line is told by the pointer. */
function tell(event: { currentTarget: HTMLElement }): void {
  const line = event.currentTarget;
  const parts = [...line.children].map((one) => one.textContent);
  line.title = line.scrollWidth > line.clientWidth ? parts.join(" · ") : "";
}

/** The reader's language; what is in it needs no sign. */
function ownLanguage(): string | undefined {
  return tongue.value.locale.split("-")[0];
}

/** Who is on it now, and for how long it is said. */
function Claimed({ question }: { question: QuestionView }) {
  const claim = claimOf(question);
  if (claim === null) return null;
  return (
    <span class="claim">
      <Icon of={UserRound} />{" "}
      {t("{name} is on it, {time}", {
        name: who(claim.by),
        time: duration(Math.ceil(claim.left / 1000) * 1000),
      })}
    </span>
  );
}

function Meta({ question, column }: { question: QuestionView; column: ColumnName }) {
  const session = state.value?.sessions[question.session];
  const elsewhere = question.session !== room.value?.live && session !== undefined;
  const by = question.decided;
  const fresh = column === "incoming" || column === "approved";
  return (
    <p class="meta" onPointerEnter={tell}>
      {fresh && <Claimed question={question} />}
      {column === "incoming" && <Waiting since={question.asked_at} />}
      {question.status !== "redacted" && (
        <span class={question.name ? "asker" : ""}>{question.name ?? t("anonymous")}</span>
      )}
      {fresh && <Standing author={question.author} />}
      {column === "incoming" && question.upvotes > 0 && (
        <span>{tn("{n} vote", "{n} votes", question.upvotes)}</span>
      )}
      {column === "approved" && question.known !== undefined && question.known > 0 && (
        <span title={t("Votes of participants who are invited or asked under a name")}>
          {tn("{n} known", "{n} known", question.known)}
        </span>
      )}
      {question.language !== undefined && question.language !== ownLanguage() && (
        <span title={languageName(question.language)}>{question.language.toUpperCase()}</span>
      )}
      {elsewhere && <span>{t("for “{session}”", { session: session.title })}</span>}
      {column !== "incoming" && column !== "stage" && by && question.status !== "withdrawn" && (
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

/** Whether the Tab key stops at what can be done: only on the question with the focus, or it would
    take hundreds of stops to the next column. */
const Stops = createContext(true);

function Act(props: {
  icon: IconNode;
  k?: string;
  text: string;
  main?: boolean;
  no?: boolean;
  disabled?: boolean;
  onClick: () => void;
}) {
  const { icon, k, text, main = false, no = false, disabled = false, onClick } = props;
  return (
    <button
      type="button"
      tabIndex={useContext(Stops) ? 0 : -1}
      class={`act${main ? " main" : ""}${no ? " no" : ""}`}
      title={text}
      aria-keyshortcuts={k}
      disabled={disabled}
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
      tabIndex={useContext(Stops) ? 0 : -1}
      class="act bare"
      title={text}
      aria-label={text}
      onClick={() => (erasing.value = id)}
    >
      <Icon of={Eraser} />
    </button>
  );
}

/** Everything else that can be done with it, by name. */
function More({ id }: { id: string }) {
  const text = t("All that can be done with it");
  return (
    <button
      type="button"
      tabIndex={useContext(Stops) ? 0 : -1}
      class="act bare"
      title={text}
      aria-label={text}
      aria-haspopup="dialog"
      onClick={() => {
        focus.value = id;
        showPalette();
      }}
    >
      <Icon of={Ellipsis} />
    </button>
  );
}

function Acts({ id, column }: { id: string; column: ColumnName }) {
  const rest = (
    <>
      <Erase id={id} />
      <More id={id} />
    </>
  );
  switch (column) {
    case "incoming":
      return (
        <div class="acts">
          <Act main icon={Check} k="A" text={t("Approve")} onClick={() => approve(id)} />
          <Act no icon={X} k="R" text={t("Reject")} onClick={() => reject(id)} />
          <Act icon={Pencil} k="E" text={t("Edit")} onClick={() => write(id, "edit")} />
          <Act
            icon={Merge}
            k="M"
            text={t("Merge")}
            onClick={() => (asking.value = { is: "merge", ids: [id] })}
          />
          {rest}
        </div>
      );
    case "approved":
      return (
        <div class="acts">
          {isAfter.value && (
            <Act main no icon={X} k="R" text={t("Take down")} onClick={() => reject(id)} />
          )}
          <Act
            main={!isAfter.value}
            icon={MonitorUp}
            k="S"
            text={t("On stage")}
            onClick={() => void stage(id)}
          />
          <Act icon={ListEnd} k="Q" text={t("On the list")} onClick={() => toggleQueued(id)} />
          <Act icon={CircleCheck} k="D" text={t("Answered")} onClick={() => answer(id)} />
          <Act
            icon={MessageSquareReply}
            k="W"
            text={t("Reply")}
            onClick={() => write(id, "reply")}
          />
          {rest}
        </div>
      );
    case "stage":
      return spotlight.value === id ? (
        <div class="acts">
          <Act main icon={CircleCheck} k="D" text={t("Answered")} onClick={() => answer(id)} />
          <Act icon={MonitorOff} k="S" text={t("Take off")} onClick={() => void stage(id)} />
          <Act
            icon={MessageSquareReply}
            k="W"
            text={t("Reply")}
            onClick={() => write(id, "reply")}
          />
          {rest}
        </div>
      ) : (
        <div class="acts">
          <Act main icon={MonitorUp} k="S" text={t("On stage")} onClick={() => void stage(id)} />
          <Act
            icon={ArrowUp}
            text={t("Earlier")}
            disabled={queue.value[0] === id}
            onClick={() => shift(id, -1)}
          />
          <Act
            icon={ArrowDown}
            text={t("Later")}
            disabled={queue.value.at(-1) === id}
            onClick={() => shift(id, 1)}
          />
          <Act icon={ListX} k="Q" text={t("Off the list")} onClick={() => toggleQueued(id)} />
          {rest}
        </div>
      );
    default:
      return (
        <div class="acts">
          <Act icon={ArrowLeft} k="B" text={t("Put back")} onClick={() => back(id)} />
          {rest}
        </div>
      );
  }
}

/** The text, with the words marked that moderators are pointed to, and those that are searched for. */
function Text({ question }: { question: QuestionView }) {
  const hints = question.hints ?? [];
  const sought = search.value.trim();
  if (hints.length === 0 && sought === "") return <>{question.text}</>;
  return (
    <>
      {markedWords(question.text, hints, sought).map(({ text, mark }, n) =>
        mark === undefined ? (
          text
        ) : (
          <mark
            key={n}
            class={mark}
            title={mark === "hint" ? t("On the event's list of words") : undefined}
          >
            {text}
          </mark>
        ),
      )}
    </>
  );
}

/** What was put to it: star, labels, who answers, flags, what is like it. */
function Marks({ id, question, column }: Pick<Props, "id" | "question" | "column">) {
  const { star, labels = [], assignee, flags = 0, hints = [], followup } = question;
  const open = column === "incoming" || column === "approved";
  const like = open && floodOf.value.get(id) === undefined ? alikeTo(id) : [];
  const by = state.value?.sessions[question.session]?.speakers.find((one) => one.id === assignee);
  if (!star && !labels.length && !by && !flags && !hints.length && !followup && !like.length)
    return null;
  return (
    <ul class="marks" role="list">
      {flags > 0 && (
        <li class="flags">
          <Icon of={Flag} /> {tn("{n} asks to look at it", "{n} ask to look at it", flags)}
        </li>
      )}
      {star && (
        <li class="starred">
          <Icon of={Star} label={t("Starred##question")} />
        </li>
      )}
      {labels.map((label) => (
        <li key={label} class="label">
          {label}
        </li>
      ))}
      {by !== undefined && (
        <li class="for">
          <Icon of={MicVocal} /> {t("for {name}", { name: by.name })}
        </li>
      )}
      {followup && <li class="followup">{t("To be followed up")}</li>}
      {hints.length > 0 && (
        <li class="hints">
          <Icon of={TriangleAlert} /> {t("Words to look at: {words}", { words: hints.join(", ") })}
        </li>
      )}
      {like.length > 0 && (
        <li>
          <button
            type="button"
            class="like"
            onClick={() => {
              focus.value = id;
              asking.value = { is: "merge", ids: [id] };
            }}
          >
            <Icon of={Copy} /> {tn("{n} like this", "{n} like this", like.length)}
          </button>
        </li>
      )}
    </ul>
  );
}

/** What was merged into it, each with its way out. */
function Merged({ ids }: { ids: readonly string[] }) {
  const [open, setOpen] = useState(false);
  const questions = state.value?.questions ?? {};
  return (
    <div class="merged">
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon of={Merge} /> {tn("{n} merged into it", "{n} merged into it", ids.length)}
      </button>
      {open && (
        <ul role="list">
          {ids.map((id) => {
            const one = questions[id];
            if (one === undefined) return null;
            return (
              <li key={id}>
                <span dir="auto">{one.status === "redacted" ? t("Erased") : one.text}</span>{" "}
                <span class="muted">{one.name ?? t("anonymous")}</span>
                {one.status === "merged" && (
                  <Button size="small" onClick={() => void split(id)}>
                    {t("Split")}
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

/** A flood, under the question that stands for it. */
function FloodBar({ id }: { id: string }) {
  const flood = floodOf.value.get(id);
  if (flood === undefined || flood.ids[0] !== id) return null;
  const open = opened.value.has(flood.key);
  const rest = flood.ids.length - 1;
  const { author } = flood;
  const silent = author !== undefined && isMuted(state.value?.participants?.[author]);
  return (
    <div class="flood">
      <button
        type="button"
        class="flood-words"
        aria-expanded={open}
        aria-keyshortcuts="G"
        onClick={() => toggleFlood(id)}
      >
        {flood.why === "author"
          ? tn("{n} more of the same author", "{n} more of the same author", rest)
          : tn("{n} more that says the same", "{n} more that say the same", rest)}
        <span class="flood-open">
          {open ? t("Close") : t("Open##it")} <Kbd>G</Kbd>
        </span>
      </button>
      <span class="flood-acts">
        {flood.why === "alike" && (
          <Button size="small" icon={Merge} onClick={() => void merge(flood.ids.slice(1), id)}>
            {t("Merge all into this")}
          </Button>
        )}
        <Button size="small" icon={X} onClick={() => void bulk("reject", flood.ids)}>
          {tn("Reject all {n}", "Reject all {n}", flood.ids.length)}
        </Button>
        {author !== undefined && !silent && (
          <Button
            size="small"
            icon={VolumeX}
            onClick={() => (asking.value = { is: "mute", participant: author })}
          >
            {t("Mute the author")}
          </Button>
        )}
      </span>
    </div>
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
  const first = place === 1 && columnShowing(focus.value ?? "") !== column;
  const ghost = ghosts.value.get(id);
  const note_ = notes.value.get(id);
  const doing = writing.value?.id === id && ghost === undefined ? writing.value.what : null;
  const sending = busy(id);
  const lit = spotlight.value === id;
  const listed = column === "stage" && !lit;
  const erased = question.status === "redacted";
  const chosen = selected.value.has(id);
  const flood = column === "incoming" ? floodOf.value.get(id) : undefined;
  const within = flood !== undefined && flood.ids[0] !== id;
  const drop = over.value === id ? dropDoes(id) : null;
  const movable =
    !erased && ghost === undefined && (listed || /^(incoming|approved)$/.test(column));
  useEffect(() => drew(id, question), [id, question.revision, question.status]);
  const names = [
    `question in-${column}`,
    focused && "focused",
    ghost && "ghost",
    sending && "sending",
    chosen && "chosen",
    lit && "lit",
    listed && "listed",
    within && "within",
    flood && !within && !opened.value.has(flood.key) && "stack",
    drop && `drop-${drop}`,
    dragged.value === id && "dragged",
  ];
  return (
    <article
      id={`q-${id}`}
      class={names.filter(Boolean).join(" ")}
      tabIndex={focused || first ? 0 : -1}
      aria-labelledby={`t-${id}`}
      aria-posinset={place}
      aria-setsize={of}
      aria-busy={sending}
      onFocusIn={() => {
        if (!pointing()) focus.value = id;
      }}
      onClick={(event) => {
        const at = event.target;
        const control = at instanceof Element && at.closest("button, textarea, input, label");
        if (event.shiftKey && !control && movable) {
          getSelection()?.removeAllRanges();
          toggleSelected(id, true);
        }
        if (focus.peek() === id || control) return;
        focus.value = id;
        showFocus(false);
      }}
      {...dropHandlers(id)}
    >
      {(column === "incoming" || column === "approved" || listed) && (
        <div class="gutter">
          {listed ? (
            <span class="place figures">{number(queue.value.indexOf(id) + 1)}</span>
          ) : (
            <label class="pick">
              <input
                type="checkbox"
                tabIndex={-1}
                checked={chosen}
                disabled={ghost !== undefined}
                aria-label={t("Mark: {text}", { text: question.text })}
                onClick={(event) => {
                  toggleSelected(id, event.shiftKey);
                  event.currentTarget.checked = selected.peek().has(id);
                }}
              />
            </label>
          )}
          {movable && (
            <span
              class="grip"
              draggable
              title={
                listed
                  ? t("Drag it to its place on the list (Alt ↑ ↓)")
                  : t("Drag it onto another one to merge, or onto the stage list")
              }
              {...dragHandlers(id)}
            >
              <Icon of={GripVertical} />
            </span>
          )}
        </div>
      )}
      {(column === "approved" || column === "answered") && (
        <p class="tally figures" title={tn("{n} vote", "{n} votes", question.upvotes)}>
          <span key={question.upvotes}>{number(question.upvotes)}</span>
          <span class="visually-hidden">{t("votes")}</span>
        </p>
      )}
      <div class="card-body">
        {drop === "merge" && <p class="drop-words">{t("Merge into this one")}</p>}
        {lit && column === "stage" && <LiveMark is="over" text={t("On screen")} />}
        {lit && column !== "stage" && <LiveMark text={t("On screen")} />}
        {doing === "edit" ? (
          <Write what="edit" id={id} question={question} />
        ) : (
          <p class={erased ? "text erased" : "text"} id={`t-${id}`} dir="auto">
            {erased ? t("Erased") : <Text question={question} />}
          </p>
        )}
        {question.original !== undefined && doing !== "edit" && (
          <p class="original">
            <span>{t("Changed:")}</span>{" "}
            <Difference before={question.original} after={question.text} />
          </p>
        )}
        {question.note && doing !== "note" && (
          <p class="private">
            <Icon of={Lock} /> <span class="visually-hidden">{t("Private note")}: </span>
            <span dir="auto">{question.note}</span>
          </p>
        )}
        {question.reply && (
          <p class="original">
            <span>{t("Reply:")}</span> <bdi>{question.reply}</bdi>
          </p>
        )}
        {!erased && doing !== "labels" && <Marks id={id} question={question} column={column} />}
        {question.merged !== undefined && question.merged.length > 0 && (
          <Merged ids={question.merged} />
        )}
        {note_ && (
          <p class="card-note" role="alert">
            {note_}{" "}
            <Button size="small" tone="plain" onClick={() => note(id, null)}>
              {t("Read")}
            </Button>
          </p>
        )}
        {doing !== null && doing !== "edit" && <Write what={doing} id={id} question={question} />}
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
                !erased && (
                  <Stops.Provider value={focused}>
                    <Acts id={id} column={column} />
                  </Stops.Provider>
                )
              )}
            </div>
          )
        )}
        {flood !== undefined && !within && ghost === undefined && <FloodBar id={id} />}
      </div>
    </article>
  );
}
