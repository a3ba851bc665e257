// Keeps the agenda that came with the page true: what is on, what is over, what moved or was
// cancelled. The rows stay the server's: marks are added, and another agenda is fetched.

import { effect } from "@preact/signals";
import { ownZone, range, t } from "../../i18n.ts";
import type { SessionView } from "../../net/protocol.gen.ts";
import { shown as state } from "../../watch/step.ts";
import { ownTimes } from "../event/times.ts";

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

const SPREAD_MS = 6000; // a hall's phones do not all come in the same second
const AGAIN_MS = 10_000;

/** Fetches the agenda that holds now, and puts its rows in the place of those of `section`. */
async function renew(section: HTMLElement): Promise<boolean> {
  const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("agenda");
  if (fresh === null) return false;
  const open = [...section.querySelectorAll<HTMLElement>("[data-session]:has(details[open])")];
  section.replaceChildren(...fresh.childNodes);
  section.dataset["rev"] = fresh.dataset["rev"] ?? "";
  for (const { dataset } of open)
    section
      .querySelector(`[data-session="${CSS.escape(dataset["session"] ?? "")}"] details`)
      ?.setAttribute("open", "");
  ownTimes(section);
  return true;
}

/** Follows the view for as long as the page lives. */
export function watchAgenda(): void {
  const section = document.getElementById("agenda");
  if (section === null) return;
  let rows: HTMLElement[] = [];
  const seen = new Map<string, SessionView>();
  let coming: ReturnType<typeof setTimeout> | undefined;
  const gather = (): void => {
    rows = [...section.querySelectorAll<HTMLElement>("[data-session]")];
    seen.clear();
  };
  const markAll = (): void => {
    const sessions = state.value?.sessions;
    for (const row of rows) {
      const id = row.dataset["session"] ?? "";
      const session = sessions?.[id];
      if (session === undefined || seen.get(id) === session) continue;
      seen.set(id, session);
      mark(row, session);
    }
  };
  const isOld = (): boolean => {
    const rev = state.peek()?.event.agenda_rev;
    return rev !== undefined && Number(rev) > Number(section.dataset["rev"]);
  };
  const renewSoon = (within_ms: number): void => {
    if (coming !== undefined || document.visibilityState === "hidden" || !isOld()) return;
    coming = setTimeout(() => {
      void renew(section)
        .catch(() => false)
        .then(() => {
          coming = undefined;
          gather();
          markAll();
          if (isOld()) renewSoon(AGAIN_MS);
        });
    }, Math.random() * within_ms);
  };
  gather();
  effect(() => {
    markAll();
    renewSoon(SPREAD_MS);
  });
  document.addEventListener("visibilitychange", () => renewSoon(1000));
}
