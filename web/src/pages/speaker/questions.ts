// The question that is on the screens, and those that may come next. Pure.

import type { MeView, QuestionView, SessionView, ViewState } from "../../net/protocol.gen.ts";
import type { WithId } from "../../state/store.ts";

type Question = WithId<QuestionView>;

export interface Asked {
  /** On the screens of the room. */
  current: Question | null;
  /** The stage list in its order; while it is empty, what is approved, those with most votes first. */
  coming: Question[];
  /** Whether the moderators have said what comes. */
  listed: boolean;
}

/** Who is to answer a question, by name. */
export function answererOf(state: ViewState, question: Question): string | undefined {
  const speakers = state.sessions[question.session]?.speakers ?? [];
  return speakers.find((one) => one.id === question.for)?.name;
}

/** Whether one goes on to the next question oneself: whose session is on air, and the crew. */
export function mayLead(me: MeView | null, live: SessionView | null): boolean {
  if (me === null || me.role === "display") return false;
  if (me.role !== "speaker") return true;
  return live?.speakers.some((one) => one.id === me.speaker) === true;
}

export function questionsFor(state: ViewState, room: string): Asked {
  const { live, spotlight, queue = [] } = state.rooms[room] ?? {};
  const all = Object.entries(state.questions).map(([id, one]) => ({ ...one, id }));
  const current = all.find((one) => one.id === spotlight) ?? null;
  const next = queue.flatMap((id) => all.find((one) => one.id === id) ?? []);
  if (next.length > 0) return { current, coming: next, listed: true };
  return {
    current,
    coming: all
      .filter((one) => one.status === "approved" && one.session === live && one.id !== spotlight)
      .sort((a, b) => b.upvotes - a.upvotes || a.asked_at - b.asked_at),
    listed: false,
  };
}
