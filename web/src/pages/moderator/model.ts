// What the moderator's desk shows and where its focus is. Decisions are in `decide.ts`.
//
// The focus belongs to a question, not to a place. A question that somebody else decides stays where it
// is for a moment, as a "ghost" that says who did what, and for as long as the focus is on it: so a key
// that was meant for one question never falls on another.

import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import { boot } from "../../boot.ts";
import type { AlikeGroup, PolicyView, QuestionView, ViewState } from "../../net/protocol.gen.ts";
import { me, rooms, state } from "../../state/store.ts";
import { folded } from "../../ui/picking.ts";
import { floodsOf, type Flood } from "./floods.ts";

export type ColumnName = "incoming" | "approved" | "stage" | "answered" | "not_taken";
export type Entry = readonly [id: string, question: QuestionView];

/** A question that left its column by somebody else's hand. */
export interface Ghost {
  column: ColumnName;
  question: QuestionView;
  /** Its new status; `gone` when the view lost it. */
  now: string;
  by: string | undefined;
  at: number | undefined;
}

const chosenRoom = signal(boot.room);
export const roomId: ReadonlySignal<string | undefined> = computed(() =>
  chosenRoom.value !== undefined && state.value?.rooms[chosenRoom.value]
    ? chosenRoom.value
    : rooms.value[0]?.id,
);
export function chooseRoom(id: string): void {
  chosenRoom.value = id;
  focus.value = null;
  select([]);
}

export const room = computed(() =>
  roomId.value === undefined ? undefined : state.value?.rooms[roomId.value],
);
export const spotlight = computed(() => room.value?.spotlight);
/** The stage list: what comes on the screens, in order. */
export const queue = computed<readonly string[]>(() => room.value?.queue ?? []);
export const policy = computed<PolicyView | undefined>(() => state.value?.event.policy);
/** Whether questions are public at once, and are taken down where need be. */
export const isAfter = computed(() => policy.value?.moderation === "after");

export type Order = "votes" | "newest" | "oldest";
/** How each column is sorted. */
export const orders = signal<{ incoming: Order; approved: Order }>({
  incoming: "oldest",
  approved: "votes",
});
export const search = signal("");
/** Which column a narrow screen shows. */
export const tab = signal<ColumnName>("incoming");
export const focus = signal<string | null>(null);
export const ghosts = signal<ReadonlyMap<string, Ghost>>(new Map());
/** What a card says about itself, such as that its text was changed. */
export const notes = signal<ReadonlyMap<string, string>>(new Map());
export type Writing = "edit" | "reject" | "reply" | "labels" | "note";
/** The card that is being written in, and what for. */
export const writing = signal<{ id: string; what: Writing } | null>(null);

/** What was merged into a question and can be split off it again. */
export function mergedIn(id: string | null): string[] {
  const questions = state.value?.questions ?? {};
  const all = id === null ? [] : (questions[id]?.merged ?? []);
  return all.filter((one) => questions[one]?.status === "merged");
}

// --- what is looked for --------------------------------------------------------------------------

export interface Filter {
  session: string;
  label: string;
  language: string;
  starred: boolean;
  mine: boolean;
  flagged: boolean;
}
export const NO_FILTER: Filter = {
  session: "",
  label: "",
  language: "",
  starred: false,
  mine: false,
  flagged: false,
};
export const filter = signal<Filter>(NO_FILTER);
export const filtering = computed(
  () => Object.values(filter.value).filter((one) => one !== "" && one !== false).length,
);

/** Whether a question is one that this moderator is on, or decided. */
export function isMine(question: QuestionView): boolean {
  const self = me.value;
  return (
    self !== null &&
    (question.claim?.actor === self.id ||
      (question.decided !== undefined &&
        question.decided.by !== "" &&
        question.decided.by === (self.name ?? self.role)))
  );
}

/** What there is to filter by in this room. */
export const offered = computed(() => {
  const labels = new Map<string, number>();
  const languages = new Map<string, number>();
  const sessions = new Map<string, number>();
  const add = (to: Map<string, number>, name: string): unknown =>
    to.set(name, (to.get(name) ?? 0) + 1);
  for (const question of Object.values(state.value?.questions ?? {})) {
    if (state.value?.sessions[question.session]?.room !== roomId.value) continue;
    for (const label of question.labels ?? []) add(labels, label);
    if (question.language !== undefined) add(languages, question.language);
    add(sessions, question.session);
  }
  const names = (of: Map<string, number>): string[] => [...of.keys()].sort();
  return { labels: names(labels), languages: names(languages), sessions: [...sessions.keys()] };
});

/** The column of a question; null where it is of no room or not of this one. */
export function columnOf(view: ViewState, id: string, question: QuestionView): ColumnName | null {
  const where = view.sessions[question.session]?.room;
  if (where === undefined || where !== roomId.peek()) return null;
  if (view.rooms[where]?.spotlight === id || view.rooms[where]?.queue?.includes(id)) return "stage";
  switch (question.status) {
    case "merged":
      return null; // it is told where it went
    case "pending":
      return "incoming";
    case "approved":
      return "approved";
    case "answered":
      return "answered";
    default:
      return "not_taken";
  }
}

const byAge = ([, a]: Entry, [, b]: Entry): number => a.asked_at - b.asked_at;

function byOrder(wanted: Order): (a: Entry, b: Entry) => number {
  switch (wanted) {
    case "oldest":
      return byAge;
    case "newest":
      return (a, b) => byAge(b, a);
    case "votes":
      return (a, b) => b[1].upvotes - a[1].upvotes || byAge(a, b);
  }
}

/** The place on the stage: on the screens first, then as the list has it. */
function stagePlace(id: string): number {
  return id === spotlight.value ? -1 : queue.value.indexOf(id);
}

const sorts: Record<ColumnName, (a: Entry, b: Entry) => number> = {
  incoming: (a, b) => byOrder(orders.value.incoming)(a, b),
  approved: (a, b) =>
    (isAfter.value ? (b[1].flags ?? 0) - (a[1].flags ?? 0) : 0) ||
    byOrder(orders.value.approved)(a, b),
  stage: ([a], [b]) => stagePlace(a) - stagePlace(b),
  answered: ([, a], [, b]) => (b.answered_at ?? 0) - (a.answered_at ?? 0),
  not_taken: ([, a], [, b]) => (b.decided?.at ?? b.asked_at) - (a.decided?.at ?? a.asked_at),
};

function matches(question: QuestionView, words: readonly string[]): boolean {
  const { session, label, language, starred, mine, flagged } = filter.value;
  if (session !== "" && question.session !== session) return false;
  if (label !== "" && !question.labels?.includes(label)) return false;
  if (language !== "" && question.language !== language) return false;
  if (starred && !question.star) return false;
  if (flagged && !question.flags) return false;
  if (mine && !isMine(question)) return false;
  if (words.length === 0) return true;
  const parts = [question.text, question.name, question.note, question.original];
  const all = folded([...parts, ...(question.labels ?? [])].join(" "));
  return words.every((word) => all.includes(word));
}

/** While the pointer is in Approved its order holds, so that no vote moves a card from under it. */
export const held = signal<readonly string[] | null>(null);

/** Every column of the room, in order, ghosts in their places; floods opened. */
const all: ReadonlySignal<Record<ColumnName, Entry[]>> = computed(() => {
  const found: Record<ColumnName, Entry[]> = {
    incoming: [],
    approved: [],
    stage: [],
    answered: [],
    not_taken: [],
  };
  const view = state.value;
  if (view === null || roomId.value === undefined) return found;
  const words = folded(search.value).split(/\s+/).filter(Boolean);
  for (const [id, question] of Object.entries(view.questions)) {
    const ghost = ghosts.value.get(id);
    const column = columnOf(view, id, question);
    if (ghost !== undefined && ghost.column !== column) continue;
    if (column !== null && (column === "stage" || matches(question, words)))
      found[column].push([id, question]);
  }
  for (const [id, ghost] of ghosts.value)
    if (!found[ghost.column].some(([other]) => other === id))
      found[ghost.column].push([id, ghost.question]);
  for (const [name, entries] of Object.entries(found)) entries.sort(sorts[name as ColumnName]);
  if (held.value !== null) {
    const place = new Map(held.value.map((id, n) => [id, n]));
    found.approved.sort(([a], [b]) => (place.get(a) ?? 1e9) - (place.get(b) ?? 1e9));
  }
  return found;
});

// --- what is alike, and floods -------------------------------------------------------------------

/** Questions that the server finds to say the same (alike.ts asks for it). */
export const alike = signal<readonly AlikeGroup[]>([]);

/** The other questions that say the same as one, by its id, with their likeness. */
export const likenesses: ReadonlySignal<ReadonlyMap<string, ReadonlyMap<string, number>>> =
  computed(() => {
    const found = new Map<string, Map<string, number>>();
    for (const { questions, likeness } of alike.value)
      for (const id of questions)
        for (const other of questions)
          if (other !== id) {
            const of = found.get(id) ?? new Map<string, number>();
            of.set(other, Math.max(likeness, of.get(other) ?? 0));
            found.set(id, of);
          }
    return found;
  });

/** How many others that are open say the same as a question. */
export function alikeTo(id: string): string[] {
  const questions = state.value?.questions ?? {};
  return [...(likenesses.value.get(id)?.keys() ?? [])].filter((other) =>
    ["pending", "approved"].includes(questions[other]?.status ?? ""),
  );
}

export const floods: ReadonlySignal<readonly Flood[]> = computed(() =>
  floodsOf(
    all.value.incoming.filter(([id]) => !ghosts.value.has(id)),
    alike.value,
  ),
);
/** Floods that are open, by their keys. */
export const opened = signal<ReadonlySet<string>>(new Set());

/** The flood that a question stands for (`head`), or is in. */
export const floodOf: ReadonlySignal<ReadonlyMap<string, Flood>> = computed(
  () => new Map(floods.value.flatMap((flood) => flood.ids.map((id) => [id, flood] as const))),
);

export function toggleFlood(id: string): void {
  const flood = floodOf.peek().get(id);
  if (flood === undefined) return;
  const next = new Set(opened.peek());
  if (!next.delete(flood.key)) next.add(flood.key);
  opened.value = next;
  if (!next.has(flood.key)) {
    focus.value = flood.ids[0] ?? null;
    showFocus();
  }
}

/** Every column as it is shown: a flood as its first question, or with the others under that. */
export const columns: ReadonlySignal<Record<ColumnName, Entry[]>> = computed(() => {
  if (floods.value.length === 0) return all.value;
  const entries = new Map(all.value.incoming);
  const incoming: Entry[] = [];
  for (const entry of all.value.incoming) {
    const flood = floodOf.value.get(entry[0]);
    if (flood === undefined) incoming.push(entry);
    else if (flood.ids[0] === entry[0])
      for (const id of opened.value.has(flood.key) ? flood.ids : [entry[0]]) {
        const question = entries.get(id);
        if (question !== undefined) incoming.push([id, question]);
      }
  }
  return { ...all.value, incoming };
});

// --- what is marked, to do the same to many ------------------------------------------------------

export const selected = signal<ReadonlySet<string>>(new Set());
let anchor: string | null = null;

export function select(ids: Iterable<string>): void {
  selected.value = new Set(ids);
}

/** Marks a question or no longer; with `to`, all from the last one that was marked. */
export function toggleSelected(id: string, to = false): void {
  const next = new Set(selected.peek());
  const column = columnShowing(id);
  const ids = column === null ? [] : columns.peek()[column].map(([other]) => other);
  const [from, here] = [anchor === null ? -1 : ids.indexOf(anchor), ids.indexOf(id)];
  if (to && from >= 0 && here >= 0)
    for (const other of ids.slice(Math.min(from, here), Math.max(from, here) + 1)) next.add(other);
  else if (!next.delete(id)) next.add(id);
  anchor = id;
  selected.value = next;
}

/** Marks all that its column shows, or none if they all are. */
export function selectShown(): void {
  const id = focus.peek();
  const column = (id === null ? null : columnShowing(id)) ?? tab.peek();
  const ids = all.peek()[column].map(([other]) => other);
  const whole = ids.length > 0 && ids.every((other) => selected.peek().has(other));
  select(whole ? [] : ids.filter((other) => !ghosts.peek().has(other)));
}

/** Those of the marked ones that are still there, in the order of their columns. */
export const marked: ReadonlySignal<readonly string[]> = computed(() =>
  selected.value.size === 0
    ? []
    : Object.values(all.value)
        .flat()
        .map(([id]) => id)
        .filter((id) => selected.value.has(id) && !ghosts.value.has(id)),
);

/** How many there are, without ghosts and whatever is searched for. */
export const counts: ReadonlySignal<Record<ColumnName, number>> = computed(() => {
  const found = { incoming: 0, approved: 0, stage: 0, answered: 0, not_taken: 0 };
  const view = state.value;
  if (view === null || roomId.value === undefined) return found;
  for (const [id, question] of Object.entries(view.questions)) {
    const column = columnOf(view, id, question);
    if (column !== null) found[column]++;
  }
  return found;
});

/** How many questions wait in each room. */
export const waiting: ReadonlySignal<ReadonlyMap<string, number>> = computed(() => {
  const found = new Map<string, number>();
  for (const question of Object.values(state.value?.questions ?? {})) {
    const where = state.value?.sessions[question.session]?.room;
    if (question.status === "pending" && where !== undefined)
      found.set(where, (found.get(where) ?? 0) + 1);
  }
  return found;
});

export function columnShowing(id: string): ColumnName | null {
  for (const [name, entries] of Object.entries(columns.peek()))
    if (entries.some(([other]) => other === id)) return name as ColumnName;
  return null;
}

// --- the pointer ---------------------------------------------------------------------------------

let pressed = false;
if (typeof document !== "undefined") {
  document.addEventListener("pointerdown", () => (pressed = true), true);
  for (const over of ["pointerup", "pointercancel"])
    document.addEventListener(over, () => setTimeout(() => (pressed = false)), true);
}

/** Whether the pointer is down: until it is up nothing may move, or the click would miss its button. */
export function pointing(): boolean {
  return pressed;
}

// --- the focus -----------------------------------------------------------------------------------

/** Puts the keyboard on the focused card; called after it was drawn. */
export function showFocus(scroll = true): void {
  requestAnimationFrame(() => {
    const id = focus.peek();
    const card = id === null ? null : document.getElementById(`q-${id}`);
    if (card === null || document.querySelector("dialog[open]") !== null) return;
    if (!card.contains(document.activeElement)) card.focus({ preventScroll: true });
    if (scroll) card.scrollIntoView({ block: "nearest" });
  });
}

export function moveFocus(by: number): void {
  const id = focus.peek();
  const column = (id === null ? null : columnShowing(id)) ?? tab.peek();
  const entries = columns.peek()[column];
  const here = entries.findIndex(([other]) => other === id);
  const next = entries[here < 0 ? 0 : Math.min(entries.length - 1, Math.max(0, here + by))];
  if (next === undefined) return void (here < 0 && moveColumn(1));
  focus.value = next[0];
  showFocus();
}

/** The columns from left to right: what was published stands first where it is moderated after. */
export const across = computed<readonly ("incoming" | "approved" | "stage")[]>(() =>
  isAfter.value ? ["approved", "incoming", "stage"] : ["incoming", "approved", "stage"],
);
const lastIn = new Map<ColumnName, string>();

export function moveColumn(by: number): void {
  const id = focus.peek();
  const from = id === null ? tab.peek() : columnShowing(id);
  if (id !== null && from !== null) lastIn.set(from, id);
  const names: readonly ColumnName[] = across.peek();
  let place = from === null ? 0 : names.indexOf(from);
  for (place += by; place >= 0 && place < names.length; place += by) {
    const column = names[place] as ColumnName;
    const entries = columns.peek()[column];
    const found = entries.find(([other]) => other === lastIn.get(column)) ?? entries[0];
    if (found === undefined) continue;
    tab.value = column;
    focus.value = found[0];
    return showFocus();
  }
}

/** After one's own decision: to the question below, or else above. */
export function leave(id: string): void {
  if (focus.peek() !== id) return;
  const column = columnShowing(id);
  if (column === null || column === "stage") return;
  const entries = columns
    .peek()
    [column].filter(([other]) => other === id || !ghosts.peek().has(other));
  const here = entries.findIndex(([other]) => other === id);
  focus.value = (entries[here + 1] ?? entries[here - 1])?.[0] ?? null;
  showFocus();
}

// --- what others do ------------------------------------------------------------------------------

const GHOST_MS = 4000;
const MINE_MS = 10_000;
const GHOSTS_MOST = 40;

const mine = new Map<string, number>();
/** Notes that this desk itself is about to change a question. */
export function own(id: string): void {
  mine.set(id, Date.now() + MINE_MS);
}

/** When a text changed under the moderator's eyes; a key pressed just then is not meant for it. */
export const changedAt = new Map<string, number>();

export function note(id: string, text: string | null): void {
  const next = new Map(notes.peek());
  if (text === null) next.delete(id);
  else next.set(id, text);
  notes.value = next;
}

function drop(id: string): void {
  if (!ghosts.peek().has(id)) return;
  const next = new Map(ghosts.peek());
  next.delete(id);
  ghosts.value = next;
}

function expire(id: string): void {
  // a ghost that holds the focus stays until the focus goes
  if (focus.peek() !== id) return drop(id);
  const stop = focus.subscribe((now) => {
    if (now === id) return;
    queueMicrotask(() => stop());
    drop(id);
  });
}

let before: ViewState | null = null;

/** Compares the view with the one before; `onEdited` is told of texts that their authors changed. */
export function watch(onEdited: (id: string) => void): () => void {
  return effect(() => {
    const view = state.value;
    const old = before;
    before = view;
    if (view === null || old === null || old.questions === view.questions) return;
    const fresh = new Map<string, Ghost>();
    for (const [id, was] of Object.entries(old.questions)) {
      const is = view.questions[id];
      if (is === was) continue;
      if (is?.status === "redacted") {
        // its words are to be nowhere, also not where they would only have lingered
        drop(id);
        if (writing.peek()?.id === id) writing.value = null;
      }
      const ours = (mine.get(id) ?? 0) > Date.now();
      if (is !== undefined && is.revision !== was.revision && !ours) {
        changedAt.set(id, Date.now());
        onEdited(id);
      }
      if (is?.status !== was.status) note(id, null);
      if (ours || is?.status === was.status) continue;
      const column = columnOf(old, id, was);
      if (is !== undefined && ghosts.peek().get(id)?.column === columnOf(view, id, is)) drop(id);
      if (column === null || column === "stage" || ghosts.peek().has(id)) continue;
      fresh.set(id, {
        column,
        question: is?.status === "redacted" ? is : was,
        now: is?.status ?? "gone",
        by: is?.undo?.by ?? is?.decided?.by,
        at: is?.undo?.at ?? is?.decided?.at,
      });
    }
    if (fresh.size === 0 || fresh.size > GHOSTS_MOST) return;
    ghosts.value = new Map([...ghosts.peek(), ...fresh]);
    for (const id of fresh.keys()) setTimeout(() => expire(id), GHOST_MS);
  });
}
