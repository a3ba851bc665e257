// What the moderator's desk shows and where its focus is. Decisions are in `decide.ts`.
//
// The focus belongs to a question, not to a place. A question that somebody else decides stays where it
// is for a moment, as a "ghost" that says who did what, and for as long as the focus is on it: so a key
// that was meant for one question never falls on another.

import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import { boot } from "../../boot.ts";
import type { QuestionView, ViewState } from "../../net/protocol.gen.ts";
import { rooms, state } from "../../state/store.ts";

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
}

export const room = computed(() =>
  roomId.value === undefined ? undefined : state.value?.rooms[roomId.value],
);
export const spotlight = computed(() => room.value?.spotlight);

export const order = signal<"votes" | "newest">("votes");
export const search = signal("");
/** Which column a narrow screen shows. */
export const tab = signal<ColumnName>("incoming");
export const focus = signal<string | null>(null);
export const ghosts = signal<ReadonlyMap<string, Ghost>>(new Map());
/** What a card says about itself, such as that its text was changed. */
export const notes = signal<ReadonlyMap<string, string>>(new Map());
/** The card that is being written in, and what for. */
export const writing = signal<{ id: string; what: "edit" | "reject" | "reply" } | null>(null);

/** The column of a question; null where it is of no room or not of this one. */
export function columnOf(view: ViewState, id: string, question: QuestionView): ColumnName | null {
  const where = view.sessions[question.session]?.room;
  if (where === undefined || where !== roomId.peek()) return null;
  if (view.rooms[where]?.spotlight === id) return "stage";
  switch (question.status) {
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

const sorts: Record<ColumnName, (a: Entry, b: Entry) => number> = {
  incoming: ([, a], [, b]) => a.asked_at - b.asked_at,
  approved: ([, a], [, b]) =>
    (order.value === "votes" ? b.upvotes - a.upvotes : 0) ||
    (order.value === "votes" ? a.asked_at - b.asked_at : b.asked_at - a.asked_at),
  stage: () => 0,
  answered: ([, a], [, b]) => (b.answered_at ?? 0) - (a.answered_at ?? 0),
  not_taken: ([, a], [, b]) => (b.decided?.at ?? b.asked_at) - (a.decided?.at ?? a.asked_at),
};

function matches(question: QuestionView): boolean {
  const wanted = search.value.trim().toLocaleLowerCase();
  return (
    wanted === "" ||
    question.text.toLocaleLowerCase().includes(wanted) ||
    (question.name ?? "").toLocaleLowerCase().includes(wanted)
  );
}

/** While the pointer is in Approved its order holds, so that no vote moves a card from under it. */
export const held = signal<readonly string[] | null>(null);

/** Every column of the room, in order, ghosts in their places. */
export const columns: ReadonlySignal<Record<ColumnName, Entry[]>> = computed(() => {
  const found: Record<ColumnName, Entry[]> = {
    incoming: [],
    approved: [],
    stage: [],
    answered: [],
    not_taken: [],
  };
  const view = state.value;
  if (view === null || roomId.value === undefined) return found;
  for (const [id, question] of Object.entries(view.questions)) {
    const ghost = ghosts.value.get(id);
    if (ghost !== undefined && ghost.column !== columnOf(view, id, question)) continue;
    const column = columnOf(view, id, question);
    if (column !== null && (column === "stage" || matches(question)))
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
    if (card === null) return;
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

const across: readonly ColumnName[] = ["incoming", "approved", "stage"];
const lastIn = new Map<ColumnName, string>();

export function moveColumn(by: number): void {
  const id = focus.peek();
  const from = id === null ? tab.peek() : columnShowing(id);
  if (id !== null && from !== null) lastIn.set(from, id);
  let place = from === null ? 0 : across.indexOf(from);
  for (place += by; place >= 0 && place < across.length; place += by) {
    const column = across[place] as ColumnName;
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
        by: is?.decided?.by,
        at: is?.decided?.at,
      });
    }
    if (fresh.size === 0 || fresh.size > GHOSTS_MOST) return;
    ghosts.value = new Map([...ghosts.peek(), ...fresh]);
    for (const id of fresh.keys()) setTimeout(() => expire(id), GHOST_MS);
  });
}
