// How a display shows its layout, as the producer set it; what is not set has a default here.

import type { DisplayView, OptionsView } from "../net/protocol.gen.ts";

export const PLAIN: OptionsView = { qr: true, zones: true, languages: [], theme: "dark" };

const THEMES = new Set<string>(["dark", "light", "event"]);

/** The options of a display; one that was kept by an older page has none. */
export function optionsOf(display: { options?: Partial<DisplayView["options"]> }): OptionsView {
  const options = { ...PLAIN, ...display.options };
  return THEMES.has(options.theme) ? options : { ...options, theme: PLAIN.theme };
}
