// The way of one's own question as small steps; the word of the step it has reached is said aloud.

import { t } from "../../i18n.ts";

export type Step =
  | "sending"
  | "received"
  | "in_review"
  | "approved"
  | "on_screen"
  | "answered"
  | "not_taken"
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
      return t("Approved##question");
    case "on_screen":
      return t("On screen now");
    case "answered":
      return t("Answered");
    case "not_taken":
      return t("Not taken up");
    case "withdrawn":
      return t("Withdrawn");
    default:
      return t("Not sent");
  }
}

export function Way({ step, offline = false }: { step: string; offline?: boolean }) {
  const at = ORDER.indexOf(step as Step);
  return (
    <div class={`way ${step}`}>
      {at >= 0 && (
        <span class="way-steps" aria-hidden="true">
          {ORDER.map((one, i) => (
            <i key={one} class={i < at ? "done" : i === at ? "here" : ""} />
          ))}
        </span>
      )}
      <p>
        <strong>{stepName(step, offline)}</strong>
        {at >= 0 && (
          <span class="visually-hidden">
            {t("Step {n} of {all}", { n: at + 1, all: ORDER.length })}
          </span>
        )}
      </p>
    </div>
  );
}
