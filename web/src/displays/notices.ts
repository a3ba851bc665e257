// Messages of the crew, as a screen of a room has to show them.

import type { MessageView, ViewState } from "../net/protocol.gen.ts";

export interface Notice {
  id: string;
  text: string;
  warns: boolean;
  at: number;
}

/** What is to be shown in `room` at `at`, the newest first; what its speaker has read is not. */
export function noticesFor(
  state: ViewState,
  to: MessageView["to"],
  room: string,
  at: number,
): Notice[] {
  return Object.entries(state.messages)
    .filter(
      ([, one]) =>
        one.to === to &&
        (one.room === undefined || one.room === room) &&
        (one.until_at === undefined || one.until_at > at) &&
        one.acknowledged === undefined,
    )
    .map(([id, one]) => ({ id, text: one.text, warns: one.tone === "warning", at: one.at }))
    .sort((a, b) => b.at - a.at);
}
