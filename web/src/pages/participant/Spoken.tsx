// What is said aloud, politely, of what concerns everybody on this page: another session is on,
// questions open or close, a poll opens, I may not take part or may again. Nothing that ticks.

import { effect, signal } from "@preact/signals";
import { t } from "../../i18n.ts";
import { shown as state } from "../../watch/step.ts";
import { live, muted, phase, room } from "./reading.ts";

interface Standing {
  room: string;
  live: string;
  open: boolean;
  muted: boolean;
  polls: ReadonlySet<string>;
}

const said = signal("");
let before: Standing | null = null;

effect(() => {
  const here = room.value;
  if (here === null || phase.value === "loading") return;
  const polls = Object.entries(state.value?.polls ?? {}).filter(
    ([, one]) => one.status === "open" && one.room === here.id,
  );
  const is: Standing = {
    room: here.id,
    live: live.value?.id ?? "",
    open: here.questions?.state === "open",
    muted: muted.value !== null,
    polls: new Set(polls.map(([id]) => id)),
  };
  const was = before;
  before = is;
  if (was === null || was.room !== is.room) return;
  const news: string[] = [];
  if (is.live !== was.live && live.value !== null)
    news.push(t("Now: {session}", { session: live.value.title }));
  for (const [id, poll] of polls)
    if (!was.polls.has(id)) news.push(t("A poll is open: {title}", { title: poll.title }));
  if (is.muted !== was.muted)
    news.push(
      is.muted
        ? t("The moderators have paused your questions and votes.")
        : t("You can take part again."),
    );
  else if (is.open !== was.open)
    news.push(is.open ? t("Questions are open.") : t("Questions are closed."));
  if (news.length > 0) said.value = news.join(" ");
});

export function Spoken() {
  return (
    <p class="visually-hidden spoken" role="status">
      {said.value}
    </p>
  );
}
