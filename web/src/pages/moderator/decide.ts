// The moderator's decisions, each with its way back.

import { computed, effect, signal } from "@preact/signals";
import { OPENINGS, openingName, qaSession } from "../../crew/QaControl.tsx";
import { moveStage, stageMoves } from "../../crew/stage.ts";
import { carried, sayOnDesk, venue, who } from "../../crew/words.ts";
import { t, timeIn, tn } from "../../i18n.ts";
import type {
  Ack,
  BulkItem,
  Opening,
  QuestionStatus,
  QuestionView,
  UndoneView,
} from "../../net/protocol.gen.ts";
import { command, pending, sessionOf, state, status } from "../../state/store.ts";
import { toast } from "../../ui/index.ts";
import {
  changedAt,
  columnShowing,
  focus,
  ghosts,
  leave,
  marked,
  note,
  own,
  queue,
  roomId,
  select,
  showFocus,
  spotlight,
  writing,
  type Writing,
} from "./model.ts";

const JUST_CHANGED_MS = 1200;
/** What says that one is on a question, and decides nothing. */
const CLAIMS = /^question\.(claim|release)$/;

/** What of a question is drawn, which may be older than the newest that has come. */
interface Drawn {
  revision: number;
  status: QuestionStatus;
}
const drawn = new Map<string, Drawn>();
export function drew(id: string, question: QuestionView): void {
  drawn.set(id, {
    revision: question.revision ?? 1,
    status: question.status as QuestionStatus,
  });
}

// --- undo ----------------------------------------------------------------------------------------

interface Step {
  about: string | null;
  what: string;
  back: () => Promise<boolean>;
}

const done = signal<readonly Step[]>([]);
const DONE_MOST = 100;

/** What `undoLast` would take back. */
export const lastStep = computed(() => done.value.at(-1)?.what);

function remember(about: string | null, what: string, back: () => Promise<boolean>): void {
  const step: Step = { about, what, back };
  done.value = [...done.peek(), step].slice(-DONE_MOST);
  const asked = about === null ? undefined : state.peek()?.questions[about]?.text;
  toast(what, { undo: () => void takeBack(step), ...(asked && { about: asked }) });
}

async function takeBack(step: Step): Promise<void> {
  if (!done.peek().includes(step)) return;
  done.value = done.peek().filter((one) => one !== step);
  const about = step.about === null ? undefined : state.peek()?.questions[step.about];
  if (about?.status === "redacted")
    return void toast(decidedBy(about.status, about.decided?.by), { tone: "over" });
  if (await step.back()) toast(t("Undone: {what}", { what: step.what }));
}

/** Waits for the answers to what was just decided: the view may be quicker than they are. */
function answered(): Promise<void> {
  const waits = (): boolean =>
    status.value.is === "live" && pending.value.some((one) => !CLAIMS.test(one.type));
  if (!waits()) return Promise.resolve();
  return new Promise((resolve) => {
    let stop: (() => void) | undefined;
    const end = (): void => {
      clearTimeout(timer);
      queueMicrotask(() => stop?.());
      setTimeout(resolve); // and for what is done with the answer
    };
    const timer = setTimeout(end, SEEN_MS);
    stop = effect(() => {
      if (!waits()) end();
    });
  });
}

export async function undoLast(): Promise<void> {
  await answered();
  const last = done.peek().at(-1);
  if (last === undefined) toast(t("There is nothing left to undo."));
  else void takeBack(last);
}

const SEEN_MS = 4000;

/** The number of the decision that this desk just made on a question, once the view has it. */
function decision(id: string, before: number | undefined): Promise<number | undefined> {
  return new Promise((resolve) => {
    let over: (() => void) | undefined;
    const end = (seq: number | undefined): void => {
      clearTimeout(timer);
      queueMicrotask(() => over?.());
      resolve(seq);
    };
    const timer = setTimeout(() => end(undefined), SEEN_MS);
    over = effect(() => {
      const seq = state.value?.questions[id]?.undo?.seq;
      if (seq !== undefined && seq !== before) end(seq);
    });
  });
}

/** Takes the decision with the number `seq` back, if nothing else was decided on the question since. */
async function undo(id: string, seq: number | undefined): Promise<boolean> {
  const last = state.peek()?.questions[id]?.undo;
  if (last === undefined) {
    toast(t("This cannot be undone any more."), { tone: "over" });
    return false;
  }
  if (seq !== undefined && last.seq !== seq) {
    toast(
      t("{name} decided on this question since, at {time}. Undo that first.", {
        name: who(last.by),
        time: timeIn(last.at, venue()),
      }),
      { tone: "over", ms: 9000 },
    );
    return false;
  }
  own(id);
  const ack = await command("question.undo", { question: id, seq: last.seq });
  if (!ack.ok) {
    refuse(id, ack);
    return false;
  }
  return true;
}

/** Remembers a decision on a question with its way back, which is the server's. */
function rememberOn(id: string, what: string, before: number | undefined): void {
  const seq = decision(id, before);
  remember(id, what, async () => {
    if (!(await undo(id, await seq))) return false;
    focus.value = id;
    showFocus();
    return true;
  });
}

/** Takes back the last decision on a question, whoever made it. */
export function undoOn(id: string): void {
  const last = state.peek()?.questions[id]?.undo;
  if (last === undefined) return void toast(t("There is nothing left to undo."));
  void undo(id, last.seq).then((is) => is && toast(t("Undone: {what}", { what: factName(last) })));
}

/** What was decided, by the name of its fact. */
export function factName(step: UndoneView): string {
  const names: Record<string, string> = {
    "question.approved": t("Approved##question"),
    "question.rejected": t("Not taken##question"),
    "question.restored": t("Back to incoming"),
    "question.amended": t("Text changed"),
    "question.answered": t("Answered"),
    "question.reopened": t("Back to approved"),
    "question.merged": t("Merged"),
    "question.split": t("Split##done"),
    "question.spotlit": t("On the screens"),
    "question.unspotlit": t("Off the screens"),
    "question.labelled": t("Labels changed"),
    "question.starred": t("Star changed"),
    "question.assigned": t("Who answers changed"),
    "question.noted": t("Note changed"),
    "question.queued": t("On the stage list"),
    "question.unqueued": t("Off the stage list"),
  };
  return names[step.what] ?? t("the last change");
}

// --- decisions -----------------------------------------------------------------------------------

/** Whether a command about the question is still on its way; that one is on it is no such. */
export function busy(id: string): boolean {
  return pending.value.some((one) => one["question"] === id && !CLAIMS.test(one.type));
}

function statusName(status: string): string {
  const names: Record<string, string> = {
    pending: t("incoming again"),
    approved: t("approved"),
    answered: t("answered"),
    rejected: t("not taken"),
    withdrawn: t("withdrawn by its author"),
    merged: t("merged into another"),
    redacted: t("erased"),
    gone: t("gone"),
  };
  return names[status] ?? status;
}

/** "Approved by Ana", for a question that somebody else decided on. */
export function decidedBy(now: string, by: string | undefined): string {
  const name = who(by);
  switch (now) {
    case "approved":
      return t("Approved by {name}", { name });
    case "rejected":
      return t("Not taken, by {name}", { name });
    case "answered":
      return t("Answered: {name}", { name });
    case "pending":
      return t("Back to incoming, by {name}", { name });
    case "merged":
      return t("Merged into another by {name}", { name });
    case "withdrawn":
      return t("Withdrawn by its author");
    case "redacted":
      return t("Erased by {name}", { name });
    default:
      return t("This question is gone.");
  }
}

function refuse(id: string, ack: Ack): void {
  if (ack.ok) return;
  if (ack.error.code === "question.stale") {
    changedAt.set(id, Date.now());
    note(
      id,
      t("Its author changed the text after you read it. Nothing was decided: read it again."),
    );
    focus.value = id;
    showFocus();
  }
  if (ack.error.code !== "question.wrong_status")
    return void toast(sayOnDesk(ack.error), { tone: "over", ms: 9000 });
  const { status, by, at } = ack.error.detail ?? {};
  toast(
    typeof at === "number" && typeof by === "string"
      ? t("{name} was faster: the question is {status} since {time}.", {
          name: who(by),
          status: statusName(String(status)),
          time: timeIn(at, venue()),
        })
      : t("The question is {status}; this does not apply any more.", {
          status: statusName(String(status)),
        }),
    { tone: "over", ms: 9000 },
  );
}

interface Doing {
  /** In which statuses it applies; elsewhere the key does nothing. */
  from: readonly string[];
  what: string;
  send: (seen: QuestionStatus) => Promise<Ack>;
  stay?: boolean;
}

async function act(id: string, doing: Doing): Promise<void> {
  const question = state.peek()?.questions[id];
  if (question === undefined || busy(id)) return;
  if (ghosts.peek().has(id)) {
    const ghost = ghosts.peek().get(id);
    return void toast(decidedBy(ghost?.now ?? "", ghost?.by));
  }
  if (!doing.from.includes(question.status)) return;
  const before = question.undo?.seq;
  own(id);
  note(id, null);
  if (writing.peek()?.id === id) writing.value = null;
  if (!doing.stay) leave(id);
  const ack = await doing.send(drawn.get(id)?.status ?? (question.status as QuestionStatus));
  if (ack.ok) rememberOn(id, doing.what, before);
  else refuse(id, ack);
}

export function approve(id: string): void {
  if (Date.now() - (changedAt.get(id) ?? 0) < JUST_CHANGED_MS)
    return void toast(t("The text has just changed. Read it again, then decide."));
  const revision = drawn.get(id)?.revision ?? 1;
  void act(id, {
    from: ["pending"],
    what: t("Approved##question"),
    send: () => command("question.approve", { question: id, revision }),
  });
}

export function reject(id: string, reason?: string): void {
  void act(id, {
    from: ["pending", "approved"],
    what: t("Not taken##question"),
    send: (seen) =>
      command("question.reject", { question: id, reason: reason?.trim() || null, seen }),
  });
}

export function answer(id: string, reply?: string): void {
  void act(id, {
    from: ["approved"],
    what: t("Answered"),
    send: () => command("question.answer", { question: id, reply: reply?.trim() || null }),
  });
}

/** One step back: an answered question to the approved ones, others to the incoming ones. */
export function back(id: string): void {
  const answered = state.peek()?.questions[id]?.status === "answered";
  void act(id, {
    from: ["approved", "rejected", "answered"],
    what: answered ? t("Back to approved") : t("Back to incoming"),
    send: (seen) =>
      answered
        ? command("question.reopen", { question: id })
        : command("question.restore", { question: id, seen }),
  });
}

/** The question that the organiser is asked about before it is erased. */
export const erasing = signal<string | null>(null);

/** Erases what a question says. There is no way back, so none is remembered. */
export async function erase(id: string): Promise<void> {
  own(id);
  note(id, null);
  leave(id);
  const ack = await command("question.redact", { question: id });
  if (ack.ok) toast(t("Erased"));
  else refuse(id, ack);
}

export async function amend(id: string, text: string): Promise<Ack> {
  const was = state.peek()?.questions[id];
  own(id);
  const ack = await command("question.amend", { question: id, text });
  if (!ack.ok) return ack;
  writing.value = null;
  note(id, null);
  focus.value = id;
  showFocus();
  if (was?.text !== text) rememberOn(id, t("Text changed"), was?.undo?.seq);
  return ack;
}

/** Puts an approved question on the screens, or takes it off when it is on them. */
export async function stage(id: string): Promise<void> {
  const room = roomId.peek();
  if (room === undefined || busy(id)) return;
  const off = spotlight.peek() === id;
  const question = state.peek()?.questions[id];
  if (!off && (question?.status !== "approved" || ghosts.peek().has(id))) return;
  own(id);
  const ack = off
    ? await command("question.unspotlight", { room })
    : await command("question.spotlight", { question: id });
  if (!ack.ok) return refuse(id, ack);
  showFocus();
  rememberOn(id, off ? t("Off the screens") : t("On the screens"), question?.undo?.seq);
}

// --- the stage list ------------------------------------------------------------------------------

/** Puts an approved question on the stage list, before another one or last; or moves it there. */
export async function enqueue(id: string, before: string | null = null): Promise<void> {
  const list = queue.peek();
  const was = list.indexOf(id);
  const next = list[was + 1] ?? null;
  if (busy(id) || ghosts.peek().has(id) || before === id) return;
  if (was >= 0 && next === before) return;
  if (state.peek()?.questions[id]?.status !== "approved") {
    toast(t("Only an approved question can go on the stage list."));
    return;
  }
  const seen = state.peek()?.questions[id]?.undo?.seq;
  own(id);
  if (was < 0) leave(id);
  if (!carriedOn(id, await command("question.queue", { question: id, before }))) return;
  if (was >= 0) {
    focus.value = id;
    showFocus();
  }
  rememberOn(id, was < 0 ? t("On the stage list") : t("Moved on the stage list"), seen);
}

export async function unqueue(id: string): Promise<void> {
  const seen = state.peek()?.questions[id]?.undo?.seq;
  own(id);
  if (!carriedOn(id, await command("question.unqueue", { question: id }))) return;
  showFocus();
  rememberOn(id, t("Off the stage list"), seen);
}

export function toggleQueued(id: string): void {
  void (queue.peek().includes(id) ? unqueue(id) : enqueue(id));
}

/** Moves a question on the stage list up or down by one. */
export function shift(id: string, by: -1 | 1): void {
  const list = queue.peek();
  const at = list.indexOf(id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= list.length) return;
  void enqueue(id, (by < 0 ? list[to] : list[to + 1]) ?? null);
}

function carriedOn(id: string, ack: Ack): boolean {
  refuse(id, ack);
  return ack.ok;
}

async function lead(way: "next" | "previous", words: string): Promise<void> {
  const room = roomId.peek();
  if (room === undefined || stageMoves.peek()) return;
  for (const id of [spotlight.peek(), queue.peek()[0]]) if (id) own(id);
  if (!(await moveStage(way, room, spotlight.peek()))) return;
  if (way === "previous") return void toast(words);
  remember(null, words, () => moveStage("previous", room, spotlight.peek()));
}

/** Whether there is something to go on to: a question on the list, or one to be done with. */
export const canGoOn = computed(() => queue.value.length > 0 || spotlight.value !== undefined);

/** What is on the screens is answered, and the next of the list comes. */
export function nextOnStage(): void {
  if (canGoOn.peek()) void lead("next", t("Next on stage"));
  else toast(t("The stage list is empty. Q puts an approved question on it."));
}

/** Goes back to what was on the screens before. */
export function previousOnStage(): void {
  void lead("previous", t("Back on stage"));
}

// --- what a question is marked with --------------------------------------------------------------

export async function star(id: string): Promise<void> {
  const question = state.peek()?.questions[id];
  if (question === undefined || busy(id)) return;
  const on = question.star !== true;
  if (!carriedOn(id, await command("question.star", { question: id, on }))) return;
  rememberOn(id, on ? t("Starred##question") : t("Star taken off"), question.undo?.seq);
}

export async function label(id: string, labels: readonly string[]): Promise<Ack> {
  const was = state.peek()?.questions[id];
  const ack = await command("question.label", { question: id, labels: [...labels] });
  if (!ack.ok) return ack;
  writing.value = null;
  showFocus();
  rememberOn(id, t("Labels changed"), was?.undo?.seq);
  return ack;
}

export async function annotate(id: string, text: string): Promise<Ack> {
  const was = state.peek()?.questions[id];
  const ack = await command("question.note", { question: id, note: text.trim() || null });
  if (!ack.ok) return ack;
  writing.value = null;
  showFocus();
  rememberOn(id, text.trim() === "" ? t("Note taken away") : t("Note kept"), was?.undo?.seq);
  return ack;
}

/** Those who may answer a question: who speaks in its session. */
export function answerers(id: string): { id: string; name: string }[] {
  const question = state.peek()?.questions[id];
  return (sessionOf(question?.session)?.speakers ?? []).map((one) => ({
    id: one.id,
    name: one.name,
  }));
}

export async function assign(id: string, to: string | null): Promise<void> {
  const was = state.peek()?.questions[id];
  if (!carriedOn(id, await command("question.assign", { question: id, to }))) return;
  const name = answerers(id).find((one) => one.id === to)?.name;
  rememberOn(
    id,
    name === undefined ? t("For nobody in particular") : t("For {name}", { name }),
    was?.undo?.seq,
  );
}

// --- merging -------------------------------------------------------------------------------------

export function canMerge(id: string): boolean {
  return /^(pending|approved)$/.test(state.peek()?.questions[id]?.status ?? "");
}

/** Puts questions together with another one; what cannot be is told. */
export async function merge(ids: readonly string[], into: string): Promise<void> {
  const wanted = ids.filter((id) => id !== into && canMerge(id) && !ghosts.peek().has(id));
  if (wanted.length === 0 || !canMerge(into)) return;
  const made: { id: string; seq: Promise<number | undefined> }[] = [];
  if (wanted.includes(focus.peek() ?? "")) focus.value = into;
  for (const id of wanted) {
    const before = state.peek()?.questions[id]?.undo?.seq;
    own(id);
    const ack = await command("question.merge", { question: id, into });
    if (ack.ok) made.push({ id, seq: decision(id, before) });
    else refuse(id, ack);
  }
  showFocus();
  if (made.length === 0) return;
  remember(
    made[0]?.id ?? null,
    tn("Merged {n} question", "Merged {n} questions", made.length),
    async () => {
      let whole = true;
      for (const { id, seq } of made) whole = (await undo(id, await seq)) && whole;
      focus.value = made[0]?.id ?? null;
      showFocus();
      return whole;
    },
  );
}

/** Takes a question out of the one it was merged into. */
export async function split(id: string): Promise<void> {
  const before = state.peek()?.questions[id]?.undo?.seq;
  own(id);
  if (!carriedOn(id, await command("question.split", { question: id }))) return;
  rememberOn(id, t("Split##done"), before);
}

// --- many at once --------------------------------------------------------------------------------

type Bulk = "approve" | "reject" | "restore" | "label" | "star";
const BULK_MOST = 100;

function bulkWords(what: Bulk, n: number): string {
  switch (what) {
    case "approve":
      return tn("{n} approved", "{n} approved", n);
    case "reject":
      return tn("{n} not taken", "{n} not taken", n);
    case "restore":
      return tn("{n} back to incoming", "{n} back to incoming", n);
    case "label":
      return tn("{n} labelled", "{n} labelled", n);
    case "star":
      return tn("{n} starred", "{n} starred", n);
  }
}

/** Does the same to many questions; what cannot be done to one is told and stops no other. */
export async function bulk(
  what: Bulk,
  ids: readonly string[],
  more: { labels?: string[]; on?: boolean; reason?: string } = {},
): Promise<void> {
  const carriedOut: { id: string; seq: Promise<number | undefined> }[] = [];
  let refused = 0;
  if (ids.includes(focus.peek() ?? "")) focus.value = null;
  for (let at = 0; at < ids.length; at += BULK_MOST) {
    const part = ids.slice(at, at + BULK_MOST);
    const items: BulkItem[] = part.map((id) => {
      const question = state.peek()?.questions[id];
      const seen = drawn.get(id);
      return {
        question: id,
        revision: seen?.revision ?? question?.revision ?? 1,
        seen: seen?.status ?? ((question?.status ?? "pending") as QuestionStatus),
      };
    });
    const before = new Map(part.map((id) => [id, state.peek()?.questions[id]?.undo?.seq]));
    for (const id of part) own(id);
    const ack = await command("questions.bulk", { do: what, questions: items, ...more });
    if (!ack.ok) {
      carried(ack);
      return;
    }
    // by question: "done", or why not
    const result = ack.result ?? {};
    const done = part.filter((id) => result[id] === "done");
    refused += part.length - done.length;
    for (const id of done) carriedOut.push({ id, seq: decision(id, before.get(id)) });
  }
  select([]);
  if (refused > 0)
    toast(
      tn(
        "{n} question was left as it is: somebody decided on it, or its text changed.",
        "{n} questions were left as they are: somebody decided on them, or their text changed.",
        refused,
      ),
      { tone: "over", ms: 9000 },
    );
  if (carriedOut.length === 0) return;
  remember(null, bulkWords(what, carriedOut.length), async () => {
    let whole = true;
    for (const { id, seq } of carriedOut) whole = (await undo(id, await seq)) && whole;
    return whole;
  });
}

/** The keys of one question act on all that are marked, where any is. */
export function approveAll(): void {
  const ids = marked.peek().filter((id) => state.peek()?.questions[id]?.status === "pending");
  void bulk("approve", ids);
}

export function rejectAll(): void {
  const open = (id: string): boolean =>
    /^(pending|approved)$/.test(state.peek()?.questions[id]?.status ?? "");
  void bulk("reject", marked.peek().filter(open));
}

// --- people --------------------------------------------------------------------------------------

/** Whom the dialog is about that mutes. */
export const muting = signal<string | null>(null);

export async function mute(
  participant: string,
  reason: string,
  for_s: number | null,
): Promise<Ack> {
  const ack = await command("participant.mute", {
    participant,
    on: true,
    reason: reason.trim() || null,
    for_s,
  });
  if (ack.ok)
    remember(null, t("Muted##participant"), async () =>
      carried(await command("participant.mute", { participant, on: false })),
    );
  return ack;
}

export async function unmute(participant: string): Promise<void> {
  if (carried(await command("participant.mute", { participant, on: false })))
    toast(t("They can take part again."));
}

// --- the session ---------------------------------------------------------------------------------

export async function setQuestions(opening: Opening): Promise<void> {
  const session = qaSession(roomId.peek());
  if (session === undefined) return;
  const was = (state.peek()?.sessions[session]?.opening ?? "auto") as Opening;
  if (was === opening) return;
  if (!carried(await command("questions.set", { session, state: opening }))) return;
  remember(null, t("Questions: {state}", { state: openingName(opening) }), async () =>
    carried(await command("questions.set", { session, state: was })),
  );
}

export function cycleQuestions(): void {
  const session = qaSession(roomId.peek());
  const was = session === undefined ? undefined : state.peek()?.sessions[session]?.opening;
  const next = OPENINGS[(OPENINGS.indexOf((was ?? "auto") as Opening) + 1) % OPENINGS.length];
  if (next !== undefined) void setQuestions(next);
}

/** In which statuses what may be written. */
export function canWrite(id: string, what: Writing): boolean {
  const status = state.peek()?.questions[id]?.status;
  if (what === "labels" || what === "note")
    return /^(pending|approved|answered|rejected)$/.test(status ?? "");
  return what === "reply" ? status === "approved" : status === "pending" || status === "approved";
}

export function write(id: string, what: Writing): void {
  if (canWrite(id, what) && columnShowing(id) !== null && !ghosts.peek().has(id)) {
    focus.value = id;
    writing.value = { id, what };
  }
}
