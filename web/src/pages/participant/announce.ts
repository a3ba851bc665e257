// What is said aloud and noted at the edge: only what became of my own questions.

import { effect } from "@preact/signals";
import { t } from "../../i18n.ts";
import { me } from "../../state/store.ts";
import { news } from "./news.ts";

function words(way: string): string | null {
  switch (way) {
    case "approved":
      return t("Your question was approved.");
    case "on_screen":
      return t("Your question is on screen now.");
    case "answered":
      return t("Your question was answered.");
    case "merged":
      return t("Somebody has asked this too. Your question counts as a vote for theirs.");
    case "not_taken":
      return t("Your question was not taken up this time.");
    default:
      return null;
  }
}

const RANK = ["in_review", "approved", "on_screen", "answered"];

/** Follows the ways of my questions; says each step forward once. */
export function announceMine(): () => void {
  let before: Map<string, string> | null = null;
  return effect(() => {
    const own = me.value?.questions;
    if (own === undefined) return;
    const after = new Map(Object.entries(own).map(([id, one]) => [id, one.way]));
    for (const [id, way] of after) {
      const was = before?.get(id);
      if (before === null || was === way) continue;
      const text = words(way);
      const forward = !RANK.includes(way) || RANK.indexOf(way) > RANK.indexOf(was ?? "in_review");
      if (text === null || !forward) continue;
      news(text, 8000);
    }
    before = after;
  });
}
