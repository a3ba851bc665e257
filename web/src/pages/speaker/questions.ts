// The question that is on the screens, and those that may come next. Pure.

import type { QuestionView, ViewState } from "../../net/protocol.gen.ts";
import type { WithId } from "../../state/store.ts";

type Question = WithId<QuestionView>;

export interface Asked {
  /** On the screens of the room. */
  current: Question | null;
  /** Approved and not answered, those with most votes first. */
  coming: Question[];
}

export function questionsFor(state: ViewState, room: string): Asked {
  const { live, spotlight } = state.rooms[room] ?? {};
  const all = Object.entries(state.questions).map(([id, one]) => ({ ...one, id }));
  return {
    current: all.find((one) => one.id === spotlight) ?? null,
    coming: all
      .filter((one) => one.status === "approved" && one.session === live && one.id !== spotlight)
      .sort((a, b) => b.upvotes - a.upvotes || a.asked_at - b.asked_at),
  };
}
