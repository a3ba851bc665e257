// Polls on pages: what participants answer with, and how results are drawn. Style sheet: polls.css.

export { PollCard, PollForm } from "./Answer.tsx";
export { answer, mine, sayPoll, standing, withdraw, type Standing } from "./answering.ts";
export { PollBoard, pollState } from "./Board.tsx";
export { optionsOf, pollsOf, shownPoll, wordsOf, type Answer, type PollWithId } from "./read.ts";
export { answers, PollResults } from "./Results.tsx";
