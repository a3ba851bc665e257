// The layouts of displays, as a producer calls them.

import { t } from "../../i18n.ts";
import type { Layout } from "../../net/protocol.gen.ts";

export const LAYOUTS: readonly Layout[] = [
  "now-next",
  "questions",
  "agenda",
  "foyer",
  "door",
  "timer",
  "message",
  "overlay",
];

export function layoutName(layout: string): string {
  const names: Record<string, string> = {
    "now-next": t("Now and next"),
    questions: t("Questions"),
    agenda: t("Agenda of the day"),
    foyer: t("Foyer: all rooms"),
    door: t("Door sign"),
    timer: t("Timer for who speaks"),
    message: t("Messages"),
    overlay: t("Overlay for the stream"),
  };
  return names[layout] ?? layout;
}

export function layoutOptions(): [string, string][] {
  return LAYOUTS.map((one) => [one, layoutName(one)]);
}
