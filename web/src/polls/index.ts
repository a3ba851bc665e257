// Polls on pages: what participants answer with, and how results are drawn. Style sheet: polls.css.
// What screens show is in Board.tsx.

export { PollCard, PollForm } from "./Answer.tsx";
export { answer, mine, sayPoll, standing, withdraw, type Standing } from "./answering.ts";
export { optionsOf, pollsOf, shownPoll, wordsOf, type Answer, type PollWithId } from "./read.ts";
export { answers, PollResults } from "./Results.tsx";
