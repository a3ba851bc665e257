// Everything that can be done on the desk: by a key, and by its name in the palette.

import { boot } from "../../boot.ts";
import { newPoll } from "../../crew/Polls.tsx";
import { t } from "../../i18n.ts";
import { rooms, state } from "../../state/store.ts";
import { showShortcuts, type Shortcut } from "../../ui/index.ts";
import { asking } from "./asking.ts";
import {
  answer,
  answerers,
  approve,
  approveAll,
  back,
  bulk,
  canGoOn,
  canMerge,
  canWrite,
  cycleQuestions,
  nextOnStage,
  previousOnStage,
  reject,
  rejectAll,
  shift,
  split,
  stage,
  star,
  toggleQueued,
  undoLast,
  undoOn,
  unmute,
  write,
} from "./decide.ts";
import { resetFilters } from "./Filters.tsx";
import {
  chooseRoom,
  columnShowing,
  filter,
  filtering,
  floodOf,
  focus,
  isAfter,
  marked,
  mergedIn,
  moveColumn,
  moveFocus,
  opened,
  queue,
  search,
  select,
  selectShown,
  spotlight,
  toggleFlood,
  toggleSelected,
} from "./model.ts";
import { isMuted } from "./People.tsx";

/** The question that the keys act on, if the desk shows it. */
function held(): string | null {
  const id = focus.peek();
  return id !== null && columnShowing(id) !== null ? id : null;
}

function statusOf(id: string | null): string {
  return id === null ? "" : (state.peek()?.questions[id]?.status ?? "");
}

/** Acts on the question with the focus; without one, it first gets the focus. */
function on(act: (id: string) => void): () => void {
  return () => {
    const id = held();
    if (id === null) moveFocus(0);
    else act(id);
  };
}

const is =
  (...statuses: string[]) =>
  (): boolean =>
    statuses.includes(statusOf(held()));

/** Acts on those that are marked, where any is, else on the one with the focus. */
function onMarked(all: () => void, one: (id: string) => void): () => void {
  return () => (marked.peek().length > 0 ? all() : on(one)());
}

const anyMarked = (): boolean => marked.peek().length > 0;

function splitOff(id: string): void {
  const merged = mergedIn(id);
  const [only] = merged;
  if (merged.length > 1) asking.value = { is: "split", id };
  else if (only !== undefined) void split(only);
}

function authorOf(id: string | null): string | undefined {
  return id === null ? undefined : state.peek()?.questions[id]?.author;
}

function silence(id: string): void {
  const author = authorOf(id);
  if (author === undefined) return;
  if (isMuted(state.peek()?.participants?.[author])) void unmute(author);
  else asking.value = { is: "mute", participant: author };
}

function starAll(): void {
  const questions = state.peek()?.questions ?? {};
  const ids = marked.peek();
  void bulk("star", ids, { on: !ids.every((id) => questions[id]?.star) });
}

function questionKeys(): Shortcut[] {
  const group = t("Question");
  const keys: Shortcut[] = [
    {
      key: "a",
      what: t("Approve"),
      act: onMarked(approveAll, approve),
      can: () => anyMarked() || is("pending")(),
    },
    {
      key: "r",
      what: isAfter.value ? t("Take down, or reject") : t("Reject"),
      act: onMarked(rejectAll, (id) => reject(id)),
      can: () => anyMarked() || is("pending", "approved")(),
    },
    {
      key: "n",
      what: t("Reject with a note why"),
      act: on((id) => write(id, "reject")),
      can: is("pending", "approved"),
    },
    {
      key: "e",
      what: t("Edit the text"),
      act: on((id) => write(id, "edit")),
      can: is("pending", "approved"),
    },
    {
      key: "m",
      what: t("Merge into another one"),
      act: onMarked(
        () => (asking.value = { is: "merge", ids: marked.peek() }),
        (id) => canMerge(id) && (asking.value = { is: "merge", ids: [id] }),
      ),
      can: () => marked.peek().length > 1 || is("pending", "approved")(),
    },
    {
      key: "y",
      what: t("Split a merged one off again"),
      act: on(splitOff),
      can: () => mergedIn(held()).length > 0,
    },
    {
      key: "s",
      what: t("Put on stage, or take off"),
      act: on((id) => void stage(id)),
      can: () => held() !== null && (is("approved")() || held() === spotlight.peek()),
    },
    {
      key: "q",
      what: t("On the stage list, or off it"),
      act: on(toggleQueued),
      can: is("approved"),
    },
    {
      key: "d",
      what: t("Answered"),
      act: on((id) => answer(id)),
      shown: "D ↵",
      can: is("approved"),
    },
    {
      key: "w",
      what: t("Answered, with a written reply"),
      act: on((id) => write(id, "reply")),
      can: is("approved"),
    },
    {
      key: "b",
      what: t("Back, or put back"),
      act: on(back),
      can: is("approved", "rejected", "answered"),
    },
    {
      key: "l",
      what: t("Labels"),
      act: onMarked(
        () => (asking.value = { is: "labels", ids: marked.peek() }),
        (id) => write(id, "labels"),
      ),
      can: () => anyMarked() || (held() !== null && canWrite(held() ?? "", "labels")),
    },
    {
      key: "*",
      what: t("Star, or no star"),
      act: onMarked(starAll, (id) => void star(id)),
      can: () => anyMarked() || (held() !== null && !is("redacted")()),
    },
    {
      key: "p",
      what: t("Say who answers"),
      act: on((id) => (asking.value = { is: "assign", id })),
      can: () => held() !== null && answerers(held() ?? "").length > 0,
    },
    {
      key: "c",
      what: t("Private note for the crew and the stage"),
      act: on((id) => write(id, "note")),
      can: () => held() !== null && canWrite(held() ?? "", "note"),
    },
    {
      key: "t",
      what: t("Mute its author, or let them take part again"),
      act: on(silence),
      can: () => authorOf(held()) !== undefined,
    },
    {
      what: t("Undo the last decision on this question, whoever made it"),
      act: on(undoOn),
      can: () => state.peek()?.questions[held() ?? ""]?.undo !== undefined,
    },
  ];
  return keys.map((one) => ({ group, ...one }));
}

function stageKeys(): Shortcut[] {
  const group = t("Stage");
  const listed = (): boolean => queue.peek().includes(held() ?? "");
  const keys: Shortcut[] = [
    {
      key: "PageDown",
      shown: "PgDn",
      what: t("Answered, and the next of the stage list"),
      act: nextOnStage,
      can: () => canGoOn.peek(),
    },
    {
      key: "PageUp",
      shown: "PgUp",
      what: t("Back to the question before"),
      act: previousOnStage,
    },
    {
      key: "Alt+ArrowUp",
      shown: "Alt ↑",
      what: t("Earlier on the stage list"),
      act: on((id) => shift(id, -1)),
      can: listed,
    },
    {
      key: "Alt+ArrowDown",
      shown: "Alt ↓",
      what: t("Later on the stage list"),
      act: on((id) => shift(id, 1)),
      can: listed,
    },
    { key: "o", what: t("Q&A: open, closed, auto"), act: cycleQuestions },
    { key: "v", what: t("New poll"), act: newPoll },
  ];
  return keys.map((one) => ({ group, ...one }));
}

function moveKeys(find: () => void): Shortcut[] {
  const group = t("Move about");
  const flood = (): boolean => floodOf.peek().has(held() ?? "");
  const keys: Shortcut[] = [
    { key: "j", what: t("Next question"), act: () => moveFocus(1), shown: "J ↓" },
    { key: "k", what: t("Question before"), act: () => moveFocus(-1), shown: "K ↑" },
    { key: "ArrowRight", what: t("Column to the right"), act: () => moveColumn(1), shown: "→" },
    { key: "ArrowLeft", what: t("Column to the left"), act: () => moveColumn(-1), shown: "←" },
    {
      key: "g",
      what: t("Open or close many that came at once"),
      act: on((id) => {
        const of = floodOf.peek().get(id);
        if (of !== undefined && (opened.peek().has(of.key) || of.ids[0] === id)) toggleFlood(id);
      }),
      can: flood,
    },
    { key: "x", what: t("Mark, to do the same to many"), act: on((id) => toggleSelected(id)) },
    { key: "z", what: t("Mark all that the column shows"), act: selectShown },
    {
      key: "Escape",
      shown: "Esc",
      what: t("Unmark all"),
      act: () => select([]),
      can: anyMarked,
    },
    { key: "/", what: t("Search"), act: find },
    {
      what: t("Only starred ones, or all"),
      act: () => (filter.value = { ...filter.peek(), starred: !filter.peek().starred }),
    },
    {
      what: t("Only mine, or all"),
      act: () => (filter.value = { ...filter.peek(), mine: !filter.peek().mine }),
    },
    {
      what: t("Only flagged ones, or all"),
      act: () => (filter.value = { ...filter.peek(), flagged: !filter.peek().flagged }),
    },
    {
      key: "0",
      what: t("Show all, without filter and search"),
      act: resetFilters,
      can: () => filtering.peek() > 0 || search.peek() !== "",
    },
    ...rooms.value
      .filter((one) => rooms.value.length > 1 && one.questions !== undefined)
      .slice(0, 9)
      .map((one, n) => ({
        key: String(n + 1),
        what: one.name,
        act: () => chooseRoom(one.id),
      })),
  ];
  return keys.map((one) => ({ group, ...one }));
}

function deskKeys(): Shortcut[] {
  const group = t("Desk");
  const keys: Shortcut[] = [
    { key: "u", what: t("Undo my last decision"), act: () => void undoLast() },
    {
      key: ",",
      what: t("Settings: how questions are taken"),
      act: () => (asking.value = { is: "settings" }),
    },
    {
      what: t("Results so far"),
      act: () => void window.open(`/e/${boot.event}/results`, "_blank", "noopener"),
    },
    { what: t("All keys"), act: showShortcuts },
  ];
  return keys.map((one) => ({ group, ...one }));
}

/** `find` puts the cursor into the search. */
export function keys(find: () => void): Shortcut[] {
  return [...questionKeys(), ...stageKeys(), ...moveKeys(find), ...deskKeys()];
}
