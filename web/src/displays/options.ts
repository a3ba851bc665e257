// How a display shows its layout, as the producer set it; what is not set has a default here.

import type { DisplayView } from "../net/protocol.gen.ts";

export type Theme = "dark" | "light" | "event";

export interface Options {
  /** With the code of the public page. */
  qr: boolean;
  /** With the event's further zones. */
  zones: boolean;
  /** Of the labels, in rotation; the event's where there are none. */
  languages: readonly string[];
  theme: Theme;
  logo: string;
}

const THEMES = new Set(["dark", "light", "event"]);

/** The options of a display; one that was kept by an older page has none. */
export function optionsOf(display: Pick<DisplayView, never> & { options?: unknown }): Options {
  const given = (display.options ?? {}) as Partial<Options>;
  return {
    qr: given.qr ?? true,
    zones: given.zones ?? true,
    languages: given.languages ?? [],
    theme: THEMES.has(given.theme ?? "") ? (given.theme as Theme) : "dark",
    logo: given.logo ?? "",
  };
}
