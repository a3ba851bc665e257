// One's own answers: what is being put together, what is on its way, what the server has.

import { signal } from "@preact/signals";
import { t } from "../i18n.ts";
import type { ErrorBody } from "../net/protocol.gen.ts";
import { behindField } from "../state/behind.ts";
import { command, me } from "../state/store.ts";
import { sayError } from "../ui/Toast.tsx";
import { isWhole, sameAnswer, sent, type Answer, type PollWithId } from "./read.ts";

const drafts = signal<ReadonlyMap<string, Answer>>(new Map());
const busy = signal<ReadonlyMap<string, Answer | null>>(new Map());
const refusals = signal<ReadonlyMap<string, ErrorBody>>(new Map());

function put<T>(into: { value: ReadonlyMap<string, T>; peek(): ReadonlyMap<string, T> }) {
  return (id: string, one: T | undefined): void => {
    const all = new Map(into.peek());
    if (one === undefined) all.delete(id);
    else all.set(id, one);
    into.value = all;
  };
}

const setDraft = put(drafts);
const setBusy = put(busy);
const setRefusal = put(refusals);

/** My answer as the server has it, or as it is on its way. */
export function mine(id: string): Answer | undefined {
  const flying = busy.value.get(id);
  return flying === undefined ? me.value?.polls?.[id] : (flying ?? undefined);
}

/** What the form shows: what was changed last, else my answer. */
export function draftOf(id: string): Answer {
  return drafts.value.get(id) ?? mine(id) ?? {};
}

/**
 * Where somebody stands with a poll: `new` (nothing was answered), `sent`, `changed` (another answer
 * was put together and not sent), `sending`; `closed` when it takes none.
 */
export type Standing = "new" | "sent" | "changed" | "sending" | "closed";

export function standing(poll: PollWithId): Standing {
  if (poll.status !== "open") return "closed";
  if (busy.value.has(poll.id)) return "sending";
  const own = mine(poll.id);
  const draft = drafts.value.get(poll.id);
  if (own === undefined) return "new";
  return draft === undefined || sameAnswer(sent(poll, draft), own) ? "sent" : "changed";
}

export function write(id: string, answer: Answer): void {
  setRefusal(id, undefined);
  setDraft(id, answer);
}

/** Back to what the server has. */
export function forgetDraft(id: string): void {
  setRefusal(id, undefined);
  setDraft(id, undefined);
}

export function refusalOf(id: string): string | undefined {
  const error = refusals.value.get(id);
  return error === undefined ? undefined : sayPoll(error);
}

/** Sends what is in the form, if it is an answer. */
export async function answer(poll: PollWithId, draft: Answer = draftOf(poll.id)): Promise<boolean> {
  if (!isWhole(poll, draft) || busy.peek().has(poll.id)) return false;
  const body = sent(poll, draft);
  return deliver(poll.id, body, () =>
    command("poll.answer", { poll: poll.id, ...body, ...behindField() }),
  );
}

export async function withdraw(poll: PollWithId): Promise<boolean> {
  if (busy.peek().has(poll.id)) return false;
  return deliver(poll.id, null, () =>
    command("poll.withdraw", { poll: poll.id, ...behindField() }),
  );
}

async function deliver(
  id: string,
  next: Answer | null,
  send: () => ReturnType<typeof command>,
): Promise<boolean> {
  setRefusal(id, undefined);
  setBusy(id, next);
  const ack = await send();
  if (!ack.ok) {
    setBusy(id, undefined);
    setRefusal(id, ack.error);
    return false;
  }
  setDraft(id, undefined);
  await heldBy(id, next);
  setBusy(id, undefined);
  return true;
}

/** Until `me` holds the answer: it comes in a message of its own, a moment before or after. */
async function heldBy(id: string, next: Answer | null): Promise<void> {
  const holds = (): boolean => {
    const held = me.peek()?.polls?.[id];
    return next === null ? held === undefined : sameAnswer(held, next);
  };
  for (let tries = 0; tries < 20 && !holds(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

/** What the server's "no" to an answer means. */
export function sayPoll(error: ErrorBody): string {
  switch (error.code) {
    case "poll.closed":
      return t("This poll takes no answers any more.");
    case "poll.unknown":
      return t("This poll is not here any more.");
    case "poll.invalid":
      return t("This answer does not fit any more: the poll was changed. Choose again.");
    case "participant.muted" as string:
      return t("You cannot answer at the moment. Ask the people who run the event.");
    case "text.too_long":
      return t("This is too long. Shorten it.");
    case "text.invalid":
      return t("This holds a sign that cannot be shown. Remove it, or paste as plain text.");
    case "unavailable":
    case "internal":
      return t("The server could not do that just now. Try again in a moment.");
    default:
      return sayError(error);
  }
}
