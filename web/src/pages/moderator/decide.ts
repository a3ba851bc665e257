// The moderator's decisions, each with its way back.

import { signal } from "@preact/signals";
import { OPENINGS, openingName, qaSession } from "../../crew/QaControl.tsx";
import { carried, sayOnDesk, venue, who } from "../../crew/words.ts";
import { t, timeIn } from "../../i18n.ts";
import type { Ack, Opening, QuestionStatus, QuestionView } from "../../net/protocol.gen.ts";
import { command, pending, state } from "../../state/store.ts";
import { toast } from "../../ui/index.ts";
import {
  changedAt,
  columnShowing,
  focus,
  ghosts,
  leave,
  note,
  own,
  roomId,
  showFocus,
  spotlight,
  writing,
} from "./model.ts";

const JUST_CHANGED_MS = 1200;

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

function remember(about: string | null, what: string, back: () => Promise<boolean>): void {
  const step: Step = { about, what, back };
  done.value = [...done.peek(), step].slice(-DONE_MOST);
  toast(what, { undo: () => void takeBack(step) });
}

async function takeBack(step: Step): Promise<void> {
  if (!done.peek().includes(step)) return;
  done.value = done.peek().filter((one) => one !== step);
  const about = step.about === null ? undefined : state.peek()?.questions[step.about];
  if (about?.status === "redacted")
    return void toast(decidedBy(about.status, about.decided?.by), { tone: "over" });
  if (await step.back()) toast(t("Undone: {what}", { what: step.what }));
}

export function undoLast(): void {
  const last = done.peek().at(-1);
  if (last === undefined) toast(t("There is nothing left to undo."));
  else void takeBack(last);
}

interface Before {
  question: QuestionView;
  lit: boolean;
}

/** Brings a question back to where it was, by the commands that lead there. */
async function restore(id: string, before: Before): Promise<boolean> {
  const wanted = before.question.status;
  const steps: (() => Promise<Ack>)[] = [];
  let status = state.peek()?.questions[id]?.status ?? "gone";
  const step = (next: string, act: (seen: QuestionStatus) => Promise<Ack>): void => {
    const seen = status as QuestionStatus;
    steps.push(() => act(seen));
    status = next;
  };
  if (status === "answered" && wanted !== "answered")
    step("approved", () => command("question.reopen", { question: id }));
  if (status === "rejected" && wanted !== "rejected")
    step("pending", (seen) => command("question.restore", { question: id, seen }));
  if (status === "approved" && wanted === "pending")
    step("pending", (seen) => command("question.restore", { question: id, seen }));
  if (status === "pending" && (wanted === "approved" || wanted === "answered"))
    step("approved", () =>
      command("question.approve", {
        question: id,
        revision: state.peek()?.questions[id]?.revision ?? 1,
      }),
    );
  if (wanted === "rejected" && (status === "pending" || status === "approved"))
    step("rejected", (seen) =>
      command("question.reject", { question: id, reason: before.question.reason ?? null, seen }),
    );
  if (wanted === "answered" && status === "approved")
    step("answered", () =>
      command("question.answer", { question: id, reply: before.question.reply ?? null }),
    );
  if (before.lit) steps.push(() => command("question.spotlight", { question: id }));
  for (const act of steps) {
    own(id);
    const ack = await act();
    if (ack.ok) continue;
    refuse(id, ack);
    return false;
  }
  focus.value = id;
  showFocus();
  return true;
}

// --- decisions -----------------------------------------------------------------------------------

/** Whether a command about the question is still on its way. */
export function busy(id: string): boolean {
  return pending.value.some((one) => one["question"] === id);
}

function statusName(status: string): string {
  const names: Record<string, string> = {
    pending: t("incoming again"),
    approved: t("approved"),
    answered: t("answered"),
    rejected: t("not taken"),
    withdrawn: t("withdrawn by its author"),
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
  const before: Before = { question, lit: spotlight.peek() === id };
  own(id);
  note(id, null);
  if (writing.peek()?.id === id) writing.value = null;
  if (!doing.stay) leave(id);
  const ack = await doing.send(drawn.get(id)?.status ?? (question.status as QuestionStatus));
  if (ack.ok) remember(id, doing.what, () => restore(id, before));
  else refuse(id, ack);
}

export function approve(id: string): void {
  if (Date.now() - (changedAt.get(id) ?? 0) < JUST_CHANGED_MS)
    return void toast(t("The text has just changed. Read it again, then decide."));
  const revision = drawn.get(id)?.revision ?? 1;
  void act(id, {
    from: ["pending"],
    what: t("Approved"),
    send: () => command("question.approve", { question: id, revision }),
  });
}

export function reject(id: string, reason?: string): void {
  void act(id, {
    from: ["pending", "approved"],
    what: t("Not taken"),
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
  const was = state.peek()?.questions[id]?.text ?? "";
  own(id);
  const ack = await command("question.amend", { question: id, text });
  if (!ack.ok) return ack;
  writing.value = null;
  note(id, null);
  focus.value = id;
  showFocus();
  if (was !== text)
    remember(id, t("Text changed"), async () => {
      own(id);
      return carried(await command("question.amend", { question: id, text: was }));
    });
  return ack;
}

/** Puts an approved question on the screens, or takes it off when it is on them. */
export async function stage(id: string): Promise<void> {
  const room = roomId.peek();
  const was = spotlight.peek();
  if (room === undefined || busy(id)) return;
  const off = was === id;
  if (!off && (state.peek()?.questions[id]?.status !== "approved" || ghosts.peek().has(id))) return;
  own(id);
  const ack = off
    ? await command("question.unspotlight", { room })
    : await command("question.spotlight", { question: id });
  if (!ack.ok) return refuse(id, ack);
  showFocus();
  remember(null, off ? t("Off the screens") : t("On the screens"), async () =>
    carried(
      was === undefined
        ? await command("question.unspotlight", { room })
        : await command("question.spotlight", { question: was }),
    ),
  );
}

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

export function write(id: string, what: "edit" | "reject" | "reply"): void {
  const status = state.peek()?.questions[id]?.status;
  const fits =
    what === "reply" ? status === "approved" : status === "pending" || status === "approved";
  if (fits && columnShowing(id) !== null && !ghosts.peek().has(id)) {
    focus.value = id;
    writing.value = { id, what };
  }
}
