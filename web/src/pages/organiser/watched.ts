// The address whose agenda is followed, as the server tells it: asked for again after each change,
// when the page comes to the front, and now and then while somebody looks.

import { signal } from "@preact/signals";
import type { ErrorBody, WatchedAnswer } from "../../net/protocol.gen.ts";
import { command } from "../../state/store.ts";
import { ask, type Answer } from "./server.ts";

const AGAIN_MS = 20_000;
const PATH = "agenda/watched";

export const watched = signal<WatchedAnswer | null>(null);

function heard(answer: Answer<WatchedAnswer>): Answer<WatchedAnswer> {
  if (answer.ok) watched.value = answer.body;
  return answer;
}

export async function refresh(): Promise<Answer<WatchedAnswer>> {
  return heard(await ask<WatchedAnswer>(`${PATH}?agenda=false`));
}

/** Has the server look now. */
export async function lookNow(): Promise<Answer<WatchedAnswer>> {
  return heard(await ask<WatchedAnswer>(`${PATH}/check?agenda=false`, { method: "POST" }));
}

export interface Following {
  url?: string | null;
  every_min?: number;
  by_itself?: boolean;
  /** What the file does not say. */
  said?: {
    timezone?: string;
    date?: string;
    columns: Readonly<Record<string, string>>;
  };
}

/** Follows an address from now on, or the same one otherwise; without one, none. */
export async function follow(more: Following): Promise<Answer<WatchedAnswer>> {
  const was = watched.peek();
  const { said, ...rest } = more;
  const columns = Object.entries(said?.columns ?? {}).map(([field, at]) => `${field}=${at}`);
  const ack = await command("agenda.watch", {
    url: was?.url ?? null,
    every_min: was?.every_min ?? 15,
    by_itself: was?.by_itself ?? false,
    timezone: said?.timezone ?? was?.timezone ?? null,
    date: said?.date ?? was?.date ?? null,
    columns: columns.length > 0 ? columns : (was?.columns ?? []),
    ...rest,
  });
  if (!ack.ok) return { ok: false, error: ack.error };
  return more.url === null ? refresh() : lookNow();
}

/** Leaves a version alone: the event keeps its own agenda until the next one. */
export async function leave(version: string): Promise<ErrorBody | null> {
  const ack = await command("agenda.leave", { version });
  await refresh();
  return ack.ok ? null : ack.error;
}

/** Keeps it current for as long as the page is looked at; returns how to stop. */
export function keepCurrent(): () => void {
  const look = (): void => {
    if (document.visibilityState === "visible") void refresh();
  };
  look();
  const timer = setInterval(look, AGAIN_MS);
  document.addEventListener("visibilitychange", look);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
  };
}
