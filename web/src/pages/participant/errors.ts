// What the server's "no" says to somebody in the audience, in their language. Codes that the page
// does not know are said in the server's own words.

import { number, t } from "../../i18n.ts";
import type { ErrorBody } from "../../net/protocol.gen.ts";
import { me } from "../../state/store.ts";
import { sayError } from "../../ui/index.ts";

/** What happened, and what to do. */
export function say(error: ErrorBody): string {
  const limits = me.value?.limits;
  switch (error.code) {
    case "question.closed":
      return t("Questions are closed at the moment. Your text is kept; send it when they open.");
    case "question.too_many":
      return t(
        "Several of your questions are still in review. Wait until one is decided, or withdraw one.",
      );
    case "question.slow_mode":
      return t("One question at a time. Your text is kept; send it in a little while.");
    case "question.duplicate":
      return t("You have asked this already: it is among your questions.");
    case "participant.muted":
      return t("The moderators have paused your questions and votes.");
    case "name.required":
      return t("This event asks for a name with each question. Write yours.");
    case "question.wrong_status":
      return t("That is no longer possible: the question has moved on.");
    case "question.unknown":
      return t("This question is not here any more.");
    case "question.not_yours":
      return t("Only its author can change this question.");
    case "text.too_short":
      return limits === undefined
        ? t("This is too short. Write a little more.")
        : t("This is too short: write at least {n} characters.", { n: number(limits.text_least) });
    case "text.too_long":
      return limits === undefined || error.field === "name"
        ? t("This is too long. Shorten it.")
        : t("This is too long: at most {n} characters fit.", { n: number(limits.text_most) });
    case "text.invalid":
      return t("This holds a sign that cannot be shown. Remove it, or paste as plain text.");
    case "request.too_many":
      return t("That was a lot at once. Wait a moment, then try again.");
    case "link.used_up":
      return t(
        "This invitation has been used by as many people as it was for. Take part without it.",
      );
    case "command.forbidden":
      return t("You cannot do this at the moment. Ask the people who run the event.");
    case "page.not_sent": // the page's own: see asking.ts
      return t("This was not sent yet. Send it again.");
    case "unavailable":
    case "internal":
      return t("The server could not do that just now. Try again in a moment.");
    default:
      return sayError(error);
  }
}
