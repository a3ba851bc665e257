// What a command would do to the rest of the day, asked of the server before it is sent.

import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { boot } from "../../boot.ts";
import type { Command, ErrorBody, PreviewView } from "../../net/protocol.gen.ts";
import { cursor } from "../../state/store.ts";

type Fields<T> = T extends { type: string } ? T : never;
/** A command without its id. */
export type Wish = Fields<Command>;

export type Foreseen =
  | { is: "asking" }
  | { is: "known"; preview: PreviewView }
  | { is: "refused"; error: ErrorBody }
  | { is: "unknown" };

const WAIT_MS = 180;

async function ask(wish: Wish, signal: AbortSignal): Promise<Foreseen> {
  try {
    const answer = await fetch(`/api/v1/events/${boot.event}/preview`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(wish),
      signal,
    });
    const body = (await answer.json()) as PreviewView & { error?: ErrorBody };
    return body.error === undefined
      ? { is: "known", preview: body }
      : { is: "refused", error: body.error };
  } catch {
    return { is: "unknown" };
  }
}

/** What `wish` would do; asked again when the event changes. Nothing, while there is no wish. */
export function useForeseen(wish: Wish | null): Foreseen | null {
  const [found, setFound] = useState<{ of: string; foreseen: Foreseen } | null>(null);
  const text = wish === null ? "" : JSON.stringify(wish);
  const seen = cursor.value;
  useEffect(() => {
    if (text === "") return setFound(null);
    const gone = new AbortController();
    const timer = setTimeout(async () => {
      const foreseen = await ask(JSON.parse(text) as Wish, gone.signal);
      if (!gone.signal.aborted) setFound({ of: text, foreseen });
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [text, seen]);
  if (text === "") return null;
  return found?.of === text ? found.foreseen : { is: "asking" };
}

/** What the rundown shows of the change that is looked at now. */
export const shown = signal<PreviewView | null>(null);
