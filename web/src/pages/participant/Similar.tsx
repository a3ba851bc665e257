// What is offered while one types: questions that others have asked already, to vote for.

import { useState } from "preact/hooks";
import { t, tn } from "../../i18n.ts";
import type { QuestionView } from "../../net/protocol.gen.ts";
import { state } from "../../state/store.ts";
import { Button } from "../../ui/index.ts";
import { write } from "./asking.ts";
import { Votes } from "./QuestionRow.tsx";
import { similar } from "./similar.ts";
import { shownVotes } from "./votes.ts";

export function Similar() {
  const ids = similar.value;
  return (
    <>
      <p class="visually-hidden" role="status">
        {ids.length > 0 &&
          tn(
            "{n} similar question was asked already",
            "{n} similar questions were asked already",
            ids.length,
          )}
      </p>
      {ids.length > 0 && (
        <section class="similar" aria-labelledby="similar-title">
          <h3 id="similar-title">{t("Asked already? Your vote counts as much.")}</h3>
          <ul role="list">
            {ids.map((id) => {
              const one = state.value?.questions[id];
              return one && <Like key={id} id={id} question={one} />;
            })}
          </ul>
        </section>
      )}
    </>
  );
}

function Like({ id, question }: { id: string; question: QuestionView }) {
  const { on } = shownVotes(id, question);
  const [was] = useState(on);
  return (
    <li>
      <div>
        <p class="question-text" dir="auto">
          {question.text}
        </p>
        {question.status === "answered" && <p class="similar-note">{t("Answered")}</p>}
        {on && !was && (
          <Button size="small" tone="plain" onClick={() => write("")}>
            {t("That was it, clear my text")}
          </Button>
        )}
      </div>
      <Votes id={id} question={question} />
    </li>
  );
}
