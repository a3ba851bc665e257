// What I am writing and what I have sent, until the server has it: nothing typed is lost by a
// reload, a closed tab or a refusal. The draft and the letters are on this device, per event; the
// outbox carries them.

import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import { boot } from "../../boot.ts";
import { t } from "../../i18n.ts";
import { now, serverNow } from "../../net/clock.ts";
import type { Ack, ErrorBody } from "../../net/protocol.gen.ts";
import { behindField } from "../../state/behind.ts";
import { answerTo, command, me, pending, state } from "../../state/store.ts";
import { keep, kept } from "../../state/device.ts";
import { onTheWay, type Letter } from "./letters.ts";
import { news } from "./news.ts";
import { waitsUntil } from "./pace.ts";
import { roomId } from "./room.ts";

const DRAFT = `streamhub.draft.${boot.event ?? ""}`;
const LETTERS = `streamhub.letters.${boot.event ?? ""}`;
const NAME = "streamhub.name";
const GRACE_MS = 4000;

/** The text in the box. */
export const draft = signal(kept<string>(DRAFT) ?? "");
/** The name to ask under; empty asks without one. */
export const name = signal(kept<string>(NAME) ?? "");
/** Whether this question goes without the name, for who has one. */
export const anonymous = signal(false);
/** The session to ask about; null: what is on in the room. */
export const about = signal<string | null>(null);
/** Why the text in the box was not taken. */
export const refusal = signal<ErrorBody | null>(null);

const told = signal(0);
/** When the server takes a further question of mine, in ms; null: now. */
export const wait: ReadonlySignal<number | null> = computed(() =>
  waitsUntil(
    now.value,
    Object.values(me.value?.questions ?? {}),
    state.value?.event.slow_s ?? 0,
    told.value,
  ),
);

/** Whether names are asked for at all, and whether one is needed. */
export const names = computed(() => state.value?.event.names ?? "optional");

/** The name that the next question goes under; empty for none. */
function nameToSend(): string {
  if (names.peek() === "none" || (names.peek() === "optional" && anonymous.peek())) return "";
  return name.peek().trim();
}

const letters_ = signal<readonly Letter[]>(kept<Letter[]>(LETTERS) ?? []);
/** What the server has not told of yet, be it in its answer or among one's own questions. */
export const letters: ReadonlySignal<readonly Letter[]> = computed(() =>
  onTheWay(letters_.value, me.value?.questions ?? {}),
);

function setLetters(all: readonly Letter[]): void {
  letters_.value = all;
  keep(LETTERS, all.length === 0 ? null : all.filter((one) => one.question === undefined));
}

function change(id: string, more: Partial<Letter>): void {
  setLetters(letters_.peek().map((one) => (one.id === id ? { ...one, ...more } : one)));
}

export function drop(id: string): void {
  setLetters(letters_.peek().filter((one) => one.id !== id));
}

export function write(text: string): void {
  draft.value = text;
  refusal.value = null;
  keep(DRAFT, text === "" ? null : text);
}

export function callMe(text: string): void {
  name.value = text;
  if (refusal.peek()?.field === "name") refusal.value = null;
  keep(NAME, text.trim() === "" ? null : text);
}

/** Sends what is in the box; the box is free again at once, the text is a letter until answered. */
export function send(): void {
  const text = draft.peek().trim();
  const by = nameToSend();
  const [room, session] = [roomId.peek(), about.peek()];
  const answer = command("question.ask", {
    text,
    locale: boot.locale,
    ...(session !== null ? { session } : room !== undefined && { room }),
    ...(by !== "" && { name: by }),
    ...behindField(),
  });
  const id = pending.peek().at(-1)?.id ?? "";
  const before = [
    ...Object.keys(me.peek()?.questions ?? {}),
    ...letters_.peek().flatMap((one) => one.question ?? []),
  ];
  setLetters([...letters_.peek(), { id, text, name: by, room, sent_at: serverNow(), before }]);
  write("");
  void answer.then((ack) => answered(id, ack));
}

function answered(id: string, ack: Ack): void {
  const letter = letters_.peek().find((one) => one.id === id);
  if (letter === undefined) return;
  if (ack.ok) {
    change(id, { question: ack.result?.["question"] ?? "" });
    setTimeout(() => drop(id), GRACE_MS); // `me` shows it by then
    news(t("Your question was received."));
  } else {
    const pause = ack.error.retry_after;
    if (pause !== undefined) told.value = serverNow() + pause * 1000;
    change(id, { error: ack.error });
    if (draft.peek().trim() === "") takeBack(id);
  }
}

/** Puts a letter that was refused back into the box. */
export function takeBack(id: string): void {
  const letter = letters_.peek().find((one) => one.id === id);
  if (letter === undefined) return;
  const other = draft.peek();
  drop(id);
  write(letter.text);
  refusal.value = letter.error ?? null;
  if (other.trim() !== "")
    setLetters([...letters_.peek(), { ...letter, id: `${id}+`, text: other, error: NOT_SENT }]);
}

const NOT_SENT: ErrorBody = { code: "page.not_sent", message: "", retryable: true };

/** Looks after letters of an earlier page: in the outbox still, arrived, or to be sent again. */
export function resume(): void {
  const before = letters_.peek().filter((one) => one.error === undefined);
  for (const { id } of before) void answerTo(id)?.then((ack) => answered(id, ack));
  const stop = effect(() => {
    const own = me.value?.questions;
    if (own === undefined) return;
    queueMicrotask(() => stop());
    const carried = new Set(pending.peek().map((one) => one.id));
    const missing = new Set(onTheWay(letters_.peek(), own).map((one) => one.id));
    for (const { id } of before) {
      if (carried.has(id) || !letters_.peek().some((one) => one.id === id)) continue;
      if (!missing.has(id)) {
        drop(id);
      } else {
        change(id, { error: NOT_SENT });
        if (draft.peek().trim() === "") takeBack(id);
      }
    }
  });
}
