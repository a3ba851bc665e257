// How this device watches: remembered from one visit to the next, for every event.

import { signal } from "@preact/signals";
import { keep, kept } from "../state/device.ts";

const SLOT = "streamhub.watch";

export interface Choices {
  /** The language of the sound; null: the first there is. */
  language: string | null;
  /** The language of captions; null: none. */
  captions: string | null;
  /** 0 to 1. */
  volume: number;
  muted: boolean;
  /** A smaller picture, which costs less data. */
  save: boolean;
  soundOnly: boolean;
}

const USUAL: Choices = {
  language: null,
  captions: null,
  volume: 1,
  muted: false,
  save: false,
  soundOnly: false,
};

/** What was kept, as far as it is of the right kind. */
export function read(found: unknown): Choices {
  const made: Record<string, unknown> = { ...USUAL };
  if (typeof found === "object" && found !== null)
    for (const [key, usual] of Object.entries(USUAL)) {
      const value = (found as Record<string, unknown>)[key];
      const fits = usual === null ? typeof value === "string" : typeof value === typeof usual;
      if (fits) made[key] = value;
    }
  const choices = made as unknown as Choices;
  return { ...choices, volume: Math.min(1, Math.max(0, choices.volume || 0)) };
}

export const choices = signal<Choices>(read(kept(SLOT)));

export function choose(more: Partial<Choices>): void {
  choices.value = { ...choices.peek(), ...more };
  keep(SLOT, choices.peek());
}
