// Keeps the agenda that came with the page true: what is on, what is over, what moved or was
// cancelled. The rows stay the server's; only marks are added.

import { effect } from "@preact/signals";
import { ownZone, range, t } from "../../i18n.ts";
import type { SessionView } from "../../net/protocol.gen.ts";
import { shown as state } from "../../watch/step.ts";

const MOVED_MS = 5 * 60_000;

function note(row: HTMLElement, kind: string, where: string, text: string | null): void {
  let place = row.querySelector<HTMLElement>(`[data-note="${kind}"]`);
  if (text === null) {
    place?.remove();
    return;
  }
  if (place === null) {
    place = document.createElement("p");
    place.dataset["note"] = kind;
    place.className = `session-note ${kind}`;
    row.querySelector(where)?.prepend(place);
  }
  if (place.textContent !== text) place.textContent = text;
}

function standing(session: SessionView): string | null {
  switch (session.status) {
    case "live":
      return t("On now");
    case "paused":
      return t("On now, paused");
    case "cancelled":
      return t("Cancelled");
    case "skipped":
      return t("Does not take place for now");
    default:
      return null;
  }
}

function mark(row: HTMLElement, session: SessionView): void {
  const on = session.status === "live" || session.status === "paused";
  const off = session.status === "cancelled" || session.status === "skipped";
  row.classList.toggle("on-now", on);
  row.classList.toggle("past", session.status === "ended");
  row.classList.toggle("cancelled", off);
  if (on) row.setAttribute("aria-current", "true");
  else row.removeAttribute("aria-current");
  const printed = row.querySelector(".session-marks")?.textContent ?? "";
  const said = standing(session);
  note(row, "standing", ".session-what", said !== null && printed.includes(said) ? null : said);
  const moved =
    session.status === "scheduled" &&
    Math.abs(session.expected_start_at - session.start_at) >= MOVED_MS;
  note(
    row,
    "moved",
    ".session-time",
    moved
      ? t("Expected {time}, your time", {
          time: range(session.expected_start_at, session.expected_end_at, ownZone),
        })
      : null,
  );
}

/** Follows the view for as long as the page lives. */
export function watchAgenda(): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-session]")];
  const seen = new Map<string, SessionView>();
  effect(() => {
    const sessions = state.value?.sessions;
    for (const row of rows) {
      const id = row.dataset["session"] ?? "";
      const session = sessions?.[id];
      if (session === undefined || seen.get(id) === session) continue;
      seen.set(id, session);
      mark(row, session);
    }
  });
}
