// The way of one's own question as small steps; the word of the step it has reached is said aloud.

import { t } from "../../i18n.ts";
import { state } from "../../state/store.ts";

export type Step =
  | "sending"
  | "received"
  | "in_review"
  | "approved"
  | "on_screen"
  | "answered"
  | "not_taken"
  | "merged"
  | "withdrawn"
  | "failed";

const ORDER: readonly Step[] = [
  "sending",
  "received",
  "in_review",
  "approved",
  "on_screen",
  "answered",
];

/** The steps of this event: without a review before, there is none to pass. */
function steps(): readonly Step[] {
  if (state.value?.event.moderation !== "after") return ORDER;
  return ORDER.filter((one) => one !== "in_review");
}

/** What a step is called; `offline` for what waits for the connection. */
export function stepName(step: string, offline = false): string {
  switch (step) {
    case "sending":
      return offline ? t("Kept, sent when you are back") : t("Sending…");
    case "received":
      return t("Received");
    case "in_review":
      return t("In review");
    case "approved":
      return state.value?.event.moderation === "after"
        ? t("Everybody can see it")
        : t("Approved##question");
    case "on_screen":
      return t("On screen now");
    case "answered":
      return t("Answered");
    case "not_taken":
      return t("Not taken up");
    case "merged":
      return t("Asked by somebody too");
    case "withdrawn":
      return t("Withdrawn");
    default:
      return t("Not sent");
  }
}

export function Way({ step, offline = false }: { step: string; offline?: boolean }) {
  const order = steps();
  const at = order.indexOf(step as Step);
  return (
    <div class={`way ${step}`}>
      {at >= 0 && (
        <span class="way-steps" aria-hidden="true">
          {order.map((one, i) => (
            <i key={one} class={i < at ? "done" : i === at ? "here" : ""} />
          ))}
        </span>
      )}
      <p>
        <strong>{stepName(step, offline)}</strong>
        {at >= 0 && (
          <span class="visually-hidden">
            {t("Step {n} of {all}", { n: at + 1, all: order.length })}
          </span>
        )}
      </p>
    </div>
  );
}
