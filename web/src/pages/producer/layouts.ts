// What a screen can be given: the layouts, as a producer calls them, and the rooms.

import { t } from "../../i18n.ts";
import type { Layout } from "../../net/protocol.gen.ts";
import { rooms } from "../../state/store.ts";

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

export function roomOptions(): [string, string][] {
  return rooms.value.map((one) => [one.id, one.name]);
}
