// "Take a look at this": one's own flags on questions, as wished at once and as the server has them.

import { signal } from "@preact/signals";
import { t } from "../../i18n.ts";
import { command, me } from "../../state/store.ts";
import { toast } from "../../ui/index.ts";
import { say } from "./errors.ts";
import { news } from "./news.ts";

const wishes = signal<ReadonlyMap<string, boolean>>(new Map());

function wish(id: string, on: boolean | null): void {
  const all = new Map(wishes.peek());
  if (on === null) all.delete(id);
  else all.set(id, on);
  wishes.value = all;
}

export function flagged(id: string): boolean {
  return wishes.value.get(id) ?? me.value?.flags[id] ?? false;
}

export async function toggleFlag(id: string): Promise<void> {
  const on = !flagged(id);
  wish(id, on);
  const ack = await command(on ? "question.flag" : "question.unflag", { question: id });
  if (!ack.ok) {
    wish(id, null);
    toast(say(ack.error), { tone: "over" });
    return;
  }
  if (on) news(t("Thank you. The moderators take a look at it."));
}
