// What the crew's two desks say alike: errors by their code, people, the ways of a room's questions.

import { t, timeIn, tongue } from "../i18n.ts";
import type { Ack, ErrorBody, RoomView } from "../net/protocol.gen.ts";
import { state } from "../state/store.ts";
import { sayError, toast } from "../ui/index.ts";

/** The venue's zone, in which a crew speaks of times. */
export function venue(): string | undefined {
  return state.value?.event.timezone;
}

/** "Ana", or that it was somebody else, where the link has no name. */
export function who(by: string | undefined): string {
  if (by === undefined || by === "") return t("somebody else");
  const roles: Record<string, string> = {
    moderator: t("a moderator"),
    producer: t("a producer"),
    organiser: t("an organiser"),
    speaker: t("a speaker"),
  };
  return roles[by] ?? by;
}

/** What an error says on a desk: in the reader's language where its code is one a desk meets. */
export function sayOnDesk(error: ErrorBody): string {
  const wait = Math.ceil((error.retry_after ?? 60) / 60);
  const words: Record<string, () => string> = {
    "command.forbidden": () => t("Your link does not allow this. Ask the organiser."),
    "text.too_short": () => t("The text is too short."),
    "text.too_long": () => t("The text is too long."),
    "text.invalid": () => t("The text has characters that cannot be shown. Type it again."),
    "question.unknown": () => t("This question is gone."),
    "question.stale": () =>
      t("The author changed the text in the meantime. Read it again, then decide."),
    "session.already_live": () => t("It is live already."),
    "session.not_live": () => t("It is not live any more."),
    "session.not_paused": () => t("It is running already."),
    "session.already_paused": () => t("It is paused already."),
    "session.not_scheduled": () => t("Only a session that is still to come can do this."),
    "session.not_skipped": () => t("It is neither skipped nor cancelled any more."),
    "session.already_ran": () => t("Only what is still to come can be moved."),
    "session.too_short": () => t("It would end before it began. End it instead."),
    "rundown.finished": () => t("Nothing is left to start in this room."),
    "rundown.nothing_to_undo": () => t("There is nothing left to undo."),
    "rundown.stale": () =>
      t("Something else happened in this room. Look at what Undo would take back now."),
    "rundown.entangled": () =>
      t(
        "It belongs together with what happened in another room since, or with questions that were asked. Take that back first.",
      ),
    "instant.out_of_range": () =>
      t("This time is too far away, or before what already happened in this room."),
    "room.unknown": () => t("This room is gone."),
    "session.unknown": () => t("This session is gone."),
    "message.unknown": () => t("This message is gone already."),
    "message.too_many": () => t("A hundred messages are shown already. Clear some of them."),
    "display.unknown": () => t("This screen was removed."),
    "display.code_unknown": () =>
      t("No screen shows this code. Read it again; a code lasts ten minutes."),
    "display.too_many_tries": () => t("Too many wrong codes. Try again in {n} min.", { n: wait }),
    "question.claimed": () => t("Somebody else is on this question."),
    "question.wrong_status": () => t("Somebody decided on this question in the meantime."),
    "stage.stale": () => t("Something else is on the screens now. Look again."),
    "stage.empty": () => t("Nothing is on the stage list."),
    "participant.unknown": () => t("This participant is not here any more."),
    "poll.unknown": () => t("This poll is not here any more."),
    "poll.wrong_status": () => t("Somebody opened or closed this poll in the meantime."),
    "poll.answered": () => t("It was answered already: what one can choose stays as it is."),
    "poll.too_many": () => t("There are too many polls. Remove some of them."),
    "stream.invalid": () =>
      t("This address or language cannot be used. Look at it again: {why}", { why: error.message }),
    "stream.unknown": () => t("Somebody has changed what is planned. Look again."),
    "stream.too_many": () =>
      t("Twenty changes are planned for this room already. Take one of them back first."),
    unavailable: () => t("The server is busy. Try again in a moment."),
    internal: () => t("Something went wrong on the server. Try again."),
  };
  return words[error.code]?.() ?? sayError(error);
}

/** Shows a refusal; returns whether the command was carried out. */
export function carried(ack: Ack): boolean {
  if (!ack.ok) toast(sayOnDesk(ack.error), { tone: "over", ms: 9000 });
  return ack.ok;
}

/** Why questions are open or closed in a room, as a short line. */
export function whyQuestions(room: RoomView): string {
  const asked = room.questions;
  if (asked === undefined) return "";
  if (asked.state === "open") return t("Open now.");
  const at =
    asked.opens_at === undefined
      ? ""
      : " " + t("Opens at {time}.", { time: timeIn(asked.opens_at, venue()) });
  const why: Record<string, string> = {
    closed: t("Closed by hand."),
    before: t("Not started yet."),
    break: t("Break: no questions."),
    after: t("Nothing more to ask about."),
  };
  return (why[asked.why] ?? t("Closed.")) + at;
}

const languageNames = new Map<string, Intl.DisplayNames>();
/** The name of a language in the reader's own. */
export function languageName(code: string): string {
  const { locale } = tongue.value;
  let names = languageNames.get(locale);
  if (names === undefined)
    languageNames.set(locale, (names = new Intl.DisplayNames(locale, { type: "language" })));
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}
