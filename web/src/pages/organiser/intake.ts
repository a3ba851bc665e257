// An agenda on its way in: where it comes from, what the organiser said about it, what the server
// understood of it. Nothing is changed before `confirm`; whoever confirms sends the same again.

import { computed, signal } from "@preact/signals";
import { boot } from "../../boot.ts";
import { newId } from "../../net/outbox.ts";
import type { AgendaPreview, AgendaDifference, ErrorBody } from "../../net/protocol.gen.ts";
import { keepPresent, type Kept } from "./kept.ts";
import { ask, type Answer } from "./server.ts";
import { follow, refresh } from "./watched.ts";

export type Way = "file" | "text" | "url";

/** What is handed in. */
export type Source =
  | { is: "file"; file: File }
  | { is: "text"; text: string }
  | { is: "url"; url: string }
  | { is: "kept"; kept: Kept }
  /** What waits at the address that is followed. */
  | { is: "watched"; url: string; version: string };

/** What the organiser said, where the file does not. `columns` by field: "#2", "#2+#3", or none: "". */
export interface Choices {
  timezone?: string;
  date?: string;
  title?: string;
  columns: Readonly<Record<string, string>>;
}

export type Stage =
  | { is: "empty" }
  /** `share`: how much of it is sent, 0 to 1; null while it is read. */
  | { is: "reading"; share: number | null; again: AgendaPreview | null }
  | { is: "failed"; error: ErrorBody }
  | { is: "preview"; told: AgendaPreview }
  | { is: "confirming"; told: AgendaPreview }
  | { is: "done"; difference: AgendaDifference; before: Kept | null };

const NOTHING_SAID: Choices = { columns: {} };

export const way = signal<Way>("file");
export const text = signal("");
export const url = signal("");
export const source = signal<Source | null>(null);
export const choices = signal<Choices>(NOTHING_SAID);
export const stage = signal<Stage>({ is: "empty" });
export const touchLive = signal(false);

/** The preview that is on the page, also while it is read once more. */
export const shown = computed<AgendaPreview | null>(() => {
  const is = stage.value;
  if (is.is === "preview" || is.is === "confirming") return is.told;
  return is.is === "reading" ? is.again : null;
});

let running: AbortController | null = null;
let wish = newId();

export function nameOf(from: Source): string {
  if (from.is === "file") return from.file.name;
  if (from.is === "url" || from.is === "watched") return from.url;
  return from.is === "text" ? "pasted.txt" : "agenda.json";
}

function bodyOf(from: Source): Blob | string | null {
  if (from.is === "file") return from.file;
  if (from.is === "url" || from.is === "watched") return null;
  return from.is === "text" ? from.text : from.kept.text;
}

function query(from: Source, said: Choices): URLSearchParams {
  const params = new URLSearchParams();
  if (from.is === "watched") {
    params.set("watched", from.version);
    return params;
  }
  if (from.is === "url") params.set("url", from.url);
  else params.set("name", nameOf(from));
  for (const name of ["timezone", "date", "title"] as const) {
    const value = said[name];
    if (value !== undefined && value !== "") params.set(name, value);
  }
  for (const [field, column] of Object.entries(said.columns))
    params.append("columns", `${field}=${column}`);
  return params;
}

/** Shows what the server makes of a source; an earlier one that is still on its way is forgotten. */
export async function look(from: Source, said: Choices = NOTHING_SAID): Promise<void> {
  running?.abort();
  const mine = (running = new AbortController());
  const again = source.peek() === from ? shown.peek() : null;
  source.value = from;
  choices.value = said;
  touchLive.value = false;
  wish = newId();
  stage.value = { is: "reading", share: bodyOf(from) === null ? null : 0, again };
  if (from.is === "watched") return lookAtWatched(mine, said);
  const params = query(from, said);
  params.set("agenda", "false");
  const answer: Answer<AgendaPreview> = await ask(`agenda/preview?${params}`, {
    method: "POST",
    body: bodyOf(from),
    signal: mine.signal,
    onSent: (share) => {
      if (running === mine) stage.value = { is: "reading", share: share < 1 ? share : null, again };
    },
  });
  if (running !== mine) return;
  stage.value = answer.ok
    ? { is: "preview", told: answer.body }
    : { is: "failed", error: answer.error };
}

/** What the organiser says about a watched file holds for its next versions, too. */
async function lookAtWatched(mine: AbortController, said: Choices): Promise<void> {
  const answer = said === NOTHING_SAID ? await refresh() : await follow({ said });
  if (running !== mine) return;
  const waits = answer.ok ? answer.body.waiting : undefined;
  if (answer.ok && waits !== undefined) {
    source.value = { is: "watched", url: answer.body.url ?? "", version: waits.version };
    stage.value = { is: "preview", told: waits };
  } else if (answer.ok) startAgain();
  else stage.value = { is: "failed", error: answer.error };
}

/** The same source again, with something else said about it. */
export function say(more: Partial<Choices>): void {
  const from = source.peek();
  if (from !== null) void look(from, { ...choices.peek(), ...more });
}

export function startAgain(): void {
  running?.abort();
  running = null;
  source.value = null;
  choices.value = NOTHING_SAID;
  stage.value = { is: "empty" };
}

/** Puts it in place. What the event changed since is no silent surprise: then it is shown again. */
export async function confirm(): Promise<ErrorBody | null> {
  const [from, is] = [source.peek(), stage.peek()];
  if (from === null || is.is !== "preview" || is.told.seen === null) return null;
  const { told } = is;
  stage.value = { is: "confirming", told };
  const before = await keepPresent();
  const params = query(from, choices.peek());
  params.set("seen", told.seen ?? "");
  params.set("id", wish);
  if (touchLive.peek()) params.set("touch_live", "true");
  const answer: Answer<{ difference: AgendaDifference }> = await ask(`agenda?${params}`, {
    method: "POST",
    body: bodyOf(from),
  });
  if (answer.ok) {
    stage.value = { is: "done", difference: answer.body.difference, before };
    source.value = null;
    text.value = "";
    url.value = "";
    void refresh();
    return null;
  }
  stage.value = { is: "preview", told };
  if (answer.error.code === "agenda.stale" || answer.error.code === "agenda.touches_live")
    await look(from, choices.peek());
  return answer.error;
}

/** Where this page's requests go. */
export const eventPath = `/e/${boot.event ?? ""}`;
