// The polls of a room, for both desks: prepare them, open and close them, put them on the screens, show
// the results, and keep words out of a cloud.

import {
  ArrowDown,
  ArrowUp,
  ChartColumn,
  CircleDot,
  Cloud,
  Eye,
  EyeOff,
  Gauge,
  ListChecks,
  ListOrdered,
  MonitorOff,
  MonitorUp,
  Pencil,
  Play,
  Plus,
  RotateCcw,
  Square,
  Trash2,
  X,
  type IconNode,
} from "lucide";
import { signal } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t, timeIn, tn } from "../i18n.ts";
import type { Ack, PollKind, ResultsWhen } from "../net/protocol.gen.ts";
import {
  answers,
  optionsOf,
  PollResults,
  pollsOf,
  wordsOf,
  type PollWithId,
} from "../polls/index.ts";
import { command, sessionOf, sessionsOf, state } from "../state/store.ts";
import { Button, Dialog, Icon, TextArea, toast } from "../ui/index.ts";
import { Choice } from "./Choice.tsx";
import { blank, MOST, OPTIONS_MOST, problemOf, wishOf, type Draft, type Problem } from "./poll.ts";
import { carried, sayOnDesk, venue } from "./words.ts";

export const KINDS: readonly (readonly [PollKind, IconNode, () => string])[] = [
  ["choice", CircleDot, () => t("One choice")],
  ["multiple", ListChecks, () => t("Several choices")],
  ["rating", Gauge, () => t("Scale")],
  ["words", Cloud, () => t("Word cloud")],
  ["ranking", ListOrdered, () => t("Ranking")],
];

type Asking = { is: "write"; poll: PollWithId | null } | { is: "remove"; poll: PollWithId };
const asking = signal<Asking | null>(null);

export function newPoll(): void {
  asking.value = { is: "write", poll: null };
}

/** How many polls of a room take answers now. */
export function openPolls(room: string | undefined): number {
  return pollsOf(state.value, room).filter((one) => one.status === "open").length;
}

/** The poll on the screens of a room. */
export function pollOn(room: string | undefined): string | undefined {
  return room === undefined ? undefined : state.value?.rooms[room]?.poll;
}

async function send(answer: Promise<Ack>, done: string): Promise<boolean> {
  const is = carried(await answer);
  if (is) toast(done);
  return is;
}

const open = (id: string): Promise<boolean> =>
  send(command("poll.open", { poll: id }), t("The poll is open."));
const show = (id: string): Promise<boolean> =>
  send(command("poll.show", { poll: id }), t("The poll is on the screens."));

// --- writing one ---------------------------------------------------------------------------------

function Options(props: { options: string[]; onOptions: (options: string[]) => void }) {
  const { options, onOptions } = props;
  const list = useRef<HTMLOListElement>(null);
  const wanted = useRef<number | null>(null);
  useLayoutEffect(() => {
    // as soon as it is there: whoever types on must not type into the one before
    if (wanted.current !== null) list.current?.querySelectorAll("input")[wanted.current]?.focus();
    wanted.current = null;
  });
  const go = (to: number): void => void (wanted.current = to);
  const move = (at: number, by: number): void => {
    const next = [...options];
    const [one] = next.splice(at, 1);
    if (one !== undefined) next.splice(at + by, 0, one);
    go(at + by);
    onOptions(next);
  };
  const add = (at: number): void => {
    if (options.length >= OPTIONS_MOST) return;
    go(at + 1);
    onOptions([...options.slice(0, at + 1), "", ...options.slice(at + 1)]);
  };
  return (
    <fieldset class="poll-edit-options">
      <legend>{t("Options")}</legend>
      <ol role="list" ref={list}>
        {options.map((text, at) => (
          <li key={at} class="field">
            <input
              type="text"
              dir="auto"
              aria-label={t("Option {n}", { n: at + 1 })}
              value={text}
              onInput={(event) =>
                onOptions(options.map((one, n) => (n === at ? event.currentTarget.value : one)))
              }
              onKeyDown={(event) => {
                if (event.isComposing) return;
                if (event.altKey && event.key === "ArrowUp" && at > 0) move(at, -1);
                else if (event.altKey && event.key === "ArrowDown" && at < options.length - 1)
                  move(at, 1);
                else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) add(at);
                else return;
                event.preventDefault();
              }}
            />
            <Button
              tone="plain"
              size="small"
              icon={ArrowUp}
              label={t("Option {n} up", { n: at + 1 })}
              disabled={at === 0}
              onClick={() => move(at, -1)}
            />
            <Button
              tone="plain"
              size="small"
              icon={ArrowDown}
              label={t("Option {n} down", { n: at + 1 })}
              disabled={at === options.length - 1}
              onClick={() => move(at, 1)}
            />
            <Button
              tone="plain"
              size="small"
              icon={X}
              label={t("Remove option {n}", { n: at + 1 })}
              disabled={options.length <= 2}
              onClick={() => onOptions(options.filter((_, n) => n !== at))}
            />
          </li>
        ))}
      </ol>
      <Button
        size="small"
        icon={Plus}
        disabled={options.length >= OPTIONS_MOST}
        onClick={() => add(options.length - 1)}
      >
        {t("Add an option")}
      </Button>
    </fieldset>
  );
}

function draftFrom(poll: PollWithId | null, room: string): Draft {
  if (poll === null) return blank(state.peek()?.rooms[room]?.live);
  return {
    kind: poll.kind,
    title: poll.title,
    options: optionsOf(poll).map((one) => one.text),
    most: poll.most ?? null,
    results: poll.results,
    session: poll.session ?? "",
  };
}

function sayProblem(problem: Problem): string {
  switch (problem) {
    case "title":
      return t("Write what you ask.");
    case "options":
      return t("Give at least two options.");
    case "same":
      return t("Two of the options are the same.");
  }
}

function mostLabel(kind: PollKind): string {
  if (kind === "multiple") return t("How many may be chosen");
  return kind === "words" ? t("Words for each participant") : t("The scale goes up to");
}

function WritePoll({ poll, room }: { poll: PollWithId | null; room: string }) {
  const [draft, setDraft] = useState(() => draftFrom(poll, room));
  const [error, setError] = useState<string>();
  const [sending, setSending] = useState(false);
  const change = (part: Partial<Draft>): void => {
    setDraft({ ...draft, ...part });
    setError(undefined);
  };
  const answered = (poll?.tally?.total ?? 0) > 0;
  const { kind } = draft;
  const hasOptions = kind === "choice" || kind === "multiple" || kind === "ranking";
  const bounds = kind === "multiple" ? ([1, draft.options.length] as const) : MOST[kind];
  const close = (): void => void (asking.value = null);
  const save = async (then: "draft" | "open" | "show"): Promise<void> => {
    if (sending) return;
    const problem = problemOf(draft);
    if (problem !== null) return setError(sayProblem(problem));
    setSending(true);
    const wish = wishOf(draft);
    const ack =
      poll === null
        ? await command("poll.create", {
            ...wish,
            kind,
            ...(draft.session === "" ? { room } : { session: draft.session }),
          })
        : await command("poll.edit", {
            poll: poll.id,
            title: wish.title,
            results: wish.results,
            ...(!answered && {
              options: hasOptions ? wish.options : null,
              most: wish.most ?? null,
            }),
          });
    setSending(false);
    if (!ack.ok) return setError(sayOnDesk(ack.error));
    const id = poll?.id ?? ack.result?.["poll"];
    close();
    if (id === undefined || then === "draft") return void toast(t("The poll is kept."));
    if (!(await open(id)) || then === "open") return;
    await show(id);
  };
  const sessions = sessionsOf(room);
  return (
    <Dialog
      open
      wide
      title={poll === null ? t("New poll") : t("Edit the poll")}
      onClose={close}
      actions={
        poll === null ? (
          <>
            <Button onClick={() => void save("draft")}>{t("Keep for later")}</Button>
            <Button icon={Play} onClick={() => void save("open")}>
              {t("Open it now")}
            </Button>
            <Button tone="primary" icon={MonitorUp} onClick={() => void save("show")}>
              {t("Open and show on screens")}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={close}>{t("Cancel")}</Button>
            <Button tone="primary" aria-busy={sending} onClick={() => void save("draft")}>
              {t("Save the poll")}
            </Button>
          </>
        )
      }
    >
      <form
        class="poll-edit"
        onSubmit={(event) => {
          event.preventDefault();
          void save("draft");
        }}
      >
        {poll === null && (
          <fieldset class="poll-kinds">
            <legend class="visually-hidden">{t("Kind")}</legend>
            {KINDS.map(([one, icon, name]) => (
              <label key={one} class={kind === one ? "on" : ""}>
                <input
                  type="radio"
                  class="visually-hidden"
                  name="poll-kind"
                  checked={kind === one}
                  onChange={() => change({ kind: one, most: null })}
                />
                <Icon of={icon} />
                <span>{name()}</span>
              </label>
            ))}
          </fieldset>
        )}
        <TextArea
          label={t("What do you ask?")}
          value={draft.title}
          onValue={(title) => change({ title })}
          most={200}
          error={error}
          autoFocus
        />
        {answered && hasOptions && (
          <p class="muted small">
            {t("It was answered already: what one can choose stays as it is.")}
          </p>
        )}
        {hasOptions && !answered && (
          <Options options={draft.options} onOptions={(options) => change({ options })} />
        )}
        <div class="poll-edit-row">
          {bounds !== undefined && !answered && (
            <Choice
              label={mostLabel(kind)}
              value={String(draft.most ?? (kind === "multiple" ? bounds[1] : usualMost(kind)))}
              options={Array.from({ length: bounds[1] - bounds[0] + 1 }, (_, n) => {
                const value = String(bounds[0] + n);
                return [value, value] as const;
              })}
              onValue={(most) => change({ most: Number(most) })}
            />
          )}
          <Choice
            label={t("Everybody sees the results")}
            value={draft.results}
            options={[
              ["live", t("While it is open")],
              ["after", t("When it is closed")],
              ["hidden", t("Only when you reveal them")],
            ]}
            onValue={(results) => change({ results: results as ResultsWhen })}
          />
          {poll === null && (
            <Choice
              label={t("Belongs to")}
              value={draft.session}
              options={[
                ["", t("The room, all day")],
                ...sessions.map((one): [string, string] => [one.id, one.title]),
              ]}
              onValue={(session) => change({ session })}
            />
          )}
        </div>
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}

function usualMost(kind: PollKind): number {
  return kind === "words" ? 3 : 5;
}

function Remove({ poll }: { poll: PollWithId }) {
  const close = (): void => void (asking.value = null);
  const total = poll.tally?.total ?? 0;
  return (
    <Dialog
      open
      title={t("Remove this poll?")}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{t("Cancel")}</Button>
          <Button
            tone="danger"
            onClick={() => {
              close();
              void send(command("poll.remove", { poll: poll.id }), t("The poll is removed."));
            }}
          >
            {t("Remove the poll")}
          </Button>
        </>
      }
    >
      <p>
        {total > 0
          ? tn(
              "It goes from all pages and screens, and {n} answer with it. Nothing brings it back.",
              "It goes from all pages and screens, and {n} answers with it. Nothing brings it back.",
              total,
            )
          : t("It goes from all pages and screens. Nothing brings it back.")}
      </p>
      <p class="muted" dir="auto">
        “{poll.title}”
      </p>
    </Dialog>
  );
}

/** The dialogs of polls: once per page. */
export function PollDialogs({ room }: { room: string | undefined }) {
  const is = asking.value;
  if (is === null || room === undefined) return null;
  return is.is === "write" ? (
    <WritePoll key={is.poll?.id ?? "new"} poll={is.poll} room={room} />
  ) : (
    <Remove poll={is.poll} />
  );
}

// --- leading one ---------------------------------------------------------------------------------

function Word(props: { poll: string; text: string; n: number; out: boolean; held?: boolean }) {
  const { poll, text, n, out, held = false } = props;
  const label = out
    ? t("Let “{word}” through", { word: text })
    : t("Hide “{word}”", { word: text });
  return (
    <li class={out ? "out" : ""}>
      <span dir="auto">{text}</span>
      {n > 1 && <span class="figures muted">{n}</span>}
      {held && <span class="late">{t("held back")}</span>}
      <button
        type="button"
        title={label}
        aria-label={label}
        onClick={() => void command("poll.word", { poll, word: text, on: !out }).then(carried)}
      >
        <Icon of={out ? Eye : EyeOff} />
      </button>
    </li>
  );
}

/** The words of a cloud, to hide one or to let one through. */
function Words({ poll }: { poll: PollWithId }) {
  const held = Object.entries(poll.held ?? {});
  const hidden = Object.entries(poll.hidden ?? {});
  const shown = poll.tally === undefined ? [] : wordsOf(poll.tally);
  if (held.length + hidden.length + shown.length === 0) return null;
  return (
    <ul class="poll-word-list" role="list" aria-label={t("Words")}>
      {held.map(([text, n]) => (
        <Word key={text} poll={poll.id} text={text} n={n} out held />
      ))}
      {shown.map(({ text, n }) => (
        <Word key={text} poll={poll.id} text={text} n={n} out={false} />
      ))}
      {hidden.map(([text, n]) => (
        <Word key={text} poll={poll.id} text={text} n={n} out />
      ))}
    </ul>
  );
}

/** Who sees the results, in words. */
function resultsWords(poll: PollWithId): string {
  if (poll.revealed) return t("Everybody sees the results.");
  switch (poll.results) {
    case "live":
      return t("Everybody sees the results.");
    case "after":
      return poll.status === "closed"
        ? t("Everybody sees the results.")
        : t("Only the crew sees the results until it is closed.");
    case "hidden":
      return t("Only the crew sees the results.");
  }
}

function Row({ poll, room }: { poll: PollWithId; room: string }) {
  const lit = pollOn(room) === poll.id;
  const { id, status, tally } = poll;
  const live = status === "open" || lit;
  const [choice, setChoice] = useState<boolean>();
  const unfolded = choice ?? live;
  const total = tally?.total ?? 0;
  const [, icon, kind] = KINDS.find(([one]) => one === poll.kind) ?? [null, CircleDot, () => ""];
  const session = sessionOf(poll.session);
  const held = Object.keys(poll.held ?? {}).length;
  const byRule = poll.results === "live" || (poll.results === "after" && status === "closed");
  return (
    <li class={`crew-poll ${status}${lit ? " lit" : ""}`}>
      <p class="crew-poll-state">
        {lit && <strong class="on-glass">{t("On screen")}</strong>}
        <span class="crew-poll-status">
          {status === "draft"
            ? t("Draft")
            : status === "open"
              ? t("Open since {time}", { time: timeIn(poll.opened_at ?? 0, venue()) })
              : t("Closed at {time}", { time: timeIn(poll.closed_at ?? 0, venue()) })}
        </span>
        {status !== "draft" && <span class="figures crew-poll-total">{answers(total)}</span>}
      </p>
      <h3 dir="auto">{poll.title}</h3>
      <p class="muted small crew-poll-about">
        <Icon of={icon} /> {kind()}
        {session !== null && <span> · {session.title}</span>}
      </p>
      {status !== "draft" && <p class="muted small">{resultsWords(poll)}</p>}
      {held > 0 && (
        <p class="late small">{tn("{n} word waits for you.", "{n} words wait for you.", held)}</p>
      )}
      <div class="crew-poll-acts">
        {status === "draft" && (
          <>
            <Button size="small" tone="primary" icon={Play} onClick={() => void open(id)}>
              {t("Open")}
            </Button>
            <Button
              size="small"
              icon={MonitorUp}
              onClick={() => void open(id).then((is) => is && show(id))}
            >
              {t("Open and show")}
            </Button>
          </>
        )}
        {status === "open" && (
          <Button
            size="small"
            tone="primary"
            icon={Square}
            onClick={() => void send(command("poll.close", { poll: id }), t("The poll is closed."))}
          >
            {t("Close##poll")}
          </Button>
        )}
        {status !== "draft" &&
          (lit ? (
            <Button
              size="small"
              icon={MonitorOff}
              onClick={() => void command("poll.hide", { room }).then(carried)}
            >
              {t("Off the screens")}
            </Button>
          ) : (
            <Button size="small" icon={MonitorUp} onClick={() => void show(id)}>
              {t("Show on screens")}
            </Button>
          ))}
        {status !== "draft" && !(byRule && !poll.revealed) && (
          <Button
            size="small"
            icon={poll.revealed ? EyeOff : Eye}
            onClick={() =>
              void command("poll.reveal", { poll: id, on: !poll.revealed }).then(carried)
            }
          >
            {poll.revealed ? t("Hide the results") : t("Reveal the results")}
          </Button>
        )}
        {status === "closed" && (
          <Button
            size="small"
            icon={RotateCcw}
            onClick={() =>
              void send(command("poll.reopen", { poll: id }), t("The poll is open again."))
            }
          >
            {t("Open again")}
          </Button>
        )}
        <span class="crew-poll-tools">
          {status !== "draft" && (
            <Button
              size="small"
              tone="plain"
              icon={ChartColumn}
              label={unfolded ? t("Fold the results") : t("See the results")}
              aria-expanded={unfolded}
              onClick={() => setChoice(!unfolded)}
            />
          )}
          <Button
            size="small"
            tone="plain"
            icon={Pencil}
            label={t("Edit the poll")}
            onClick={() => (asking.value = { is: "write", poll })}
          />
          <Button
            size="small"
            tone="plain"
            icon={Trash2}
            label={t("Remove the poll")}
            onClick={() => (asking.value = { is: "remove", poll })}
          />
        </span>
      </div>
      {status !== "draft" && unfolded && total > 0 && (
        <div class="crew-poll-results">
          <PollResults poll={poll} />
          {poll.kind === "words" && <Words poll={poll} />}
        </div>
      )}
    </li>
  );
}

/** All polls of a room: what is on the screens first, then what is open, drafts, what is over. */
export function PollList({ room }: { room: string | undefined }) {
  if (room === undefined) return null;
  const lit = pollOn(room);
  const rank = (poll: PollWithId): number =>
    poll.id === lit ? 0 : { open: 1, draft: 2, closed: 3 }[poll.status];
  const polls = pollsOf(state.value, room).sort((a, b) => rank(a) - rank(b));
  if (polls.length === 0)
    return (
      <p class="muted small crew-polls-none">
        {t("No poll yet. Prepare one, and open it when its moment has come.")}
      </p>
    );
  return (
    <ul class="crew-polls" role="list">
      {polls.map((poll) => (
        <Row key={poll.id} poll={poll} room={room} />
      ))}
    </ul>
  );
}

export function NewPollButton({ shortcut }: { shortcut?: string }) {
  return (
    <Button size="small" icon={Plus} {...(shortcut && { shortcut })} onClick={newPoll}>
      {t("New poll")}
    </Button>
  );
}
