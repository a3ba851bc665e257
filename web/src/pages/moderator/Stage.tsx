// The stage: what the hall sees, the large buttons that go on and back, and the list of what comes.

import { ChevronLeft, ChevronRight, MicVocal } from "lucide";
import { Reacting } from "../../crew/Reacting.tsx";
import { stageMoves } from "../../crew/stage.ts";
import { t, tn } from "../../i18n.ts";
import { sessionOf, state } from "../../state/store.ts";
import { Icon, Kbd } from "../../ui/index.ts";
import { Cards } from "./Column.tsx";
import { canGoOn, nextOnStage, previousOnStage } from "./decide.ts";
import { dragged, dropHandlers, END, over } from "./drag.ts";
import { HallView } from "./HallView.tsx";
import { queue, roomId, spotlight } from "./model.ts";

/** Where no keys are at hand, none are named. */
const byFinger = matchMedia("(pointer: coarse)").matches;

/** Who is to answer a question, by name. */
export function answererOf(id: string | undefined): string | undefined {
  const question = id === undefined ? undefined : state.value?.questions[id];
  const speakers = sessionOf(question?.session)?.speakers ?? [];
  return speakers.find((one) => one.id === question?.assignee)?.name;
}

function GoOn() {
  const [first] = queue.value;
  const next = first === undefined ? undefined : state.value?.questions[first];
  const answerer = answererOf(first);
  const lit = spotlight.value !== undefined;
  return (
    <div class="go" role="group" aria-label={t("Lead the stage")}>
      <button
        type="button"
        class="go-back"
        aria-keyshortcuts="PageUp"
        title={t("Back to the question before (Page Up)")}
        aria-busy={stageMoves.value}
        onClick={previousOnStage}
      >
        <Icon of={ChevronLeft} />
        <span class="visually-hidden">{t("Back to the question before")}</span>
      </button>
      <button
        type="button"
        class={lit && next === undefined ? "go-next last" : "go-next"}
        aria-keyshortcuts="PageDown"
        disabled={!canGoOn.value}
        aria-busy={stageMoves.value}
        onClick={nextOnStage}
      >
        <span class="go-words">
          <span class="go-what">
            {next !== undefined
              ? lit
                ? t("Answered, and next")
                : t("Next on stage")
              : lit
                ? t("Answered, and nothing next")
                : t("Next on stage")}
            <Kbd>PgDn</Kbd>
          </span>
          <span class="go-text" dir="auto">
            {next?.text ?? (lit ? t("The screens invite to ask.") : t("The list is empty."))}
          </span>
          {answerer !== undefined && (
            <span class="go-who">
              <Icon of={MicVocal} /> {t("for {name}", { name: answerer })}
            </span>
          )}
        </span>
        <Icon of={ChevronRight} />
      </button>
    </div>
  );
}

/** Where a dragged question is dropped to come last. */
function Drop() {
  if (dragged.value === null) return null;
  return (
    <p class={over.value === END ? "drop-end over" : "drop-end"} {...dropHandlers(END)}>
      {t("Last on the stage list")}
    </p>
  );
}

export function Stage() {
  const n = queue.value.length;
  return (
    <>
      <div class="stage-top">
        <HallView />
        <Reacting room={roomId.value} quiet />
        <GoOn />
      </div>
      <h2 class="stage-list-name" id="h-stage">
        {t("Stage list")}{" "}
        <span class="count">{n === 0 ? t("empty") : tn("{n} to come", "{n} to come", n)}</span>
      </h2>
      <Cards
        name="stage"
        title={t("Stage")}
        empty={
          byFinger
            ? t("Put approved questions on the list here, or show one on the screens at once.")
            : t("Q puts an approved question on the list, S shows one on the screens at once.")
        }
      />
      <Drop />
    </>
  );
}
