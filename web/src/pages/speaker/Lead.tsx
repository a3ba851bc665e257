// The buttons, and a clicker's keys, with which whoever speaks leads the stage.

import { ChevronLeft, ChevronRight } from "lucide";
import { useEffect, useState } from "preact/hooks";
import { moveStage, stageMoves } from "../../crew/stage.ts";
import { t } from "../../i18n.ts";
import { Icon, Kbd, useShortcuts } from "../../ui/index.ts";
import { asked, roomId } from "./room.ts";

const STILL_MS = 1_000;

/** Next and previous, for the one whose session is on air: a tap too many skips no question. */
export function Lead() {
  const [moved, setMoved] = useState(0);
  useEffect(() => {
    if (moved === 0) return;
    const timer = setTimeout(() => setMoved(0), STILL_MS);
    return () => clearTimeout(timer);
  }, [moved]);
  const { current, coming, listed } = asked.value;
  const waits = stageMoves.value || moved > 0;
  const can = current !== null || listed;
  const go = (way: "next" | "previous"): void => {
    const id = roomId.peek();
    if (id === undefined || waits || (way === "next" && !can)) return;
    void moveStage(way, id, current?.id).then((done) => done && setMoved(Date.now()));
  };
  useShortcuts([
    {
      key: "PageDown",
      shown: "PgDn",
      what: t("Answered, and the next of the stage list"),
      act: () => go("next"),
      can: () => can,
    },
    {
      key: "PageUp",
      shown: "PgUp",
      what: t("Back to the question before"),
      act: () => go("previous"),
    },
  ]);
  return (
    <div class="lead" role="group" aria-label={t("Lead the stage")}>
      <button
        type="button"
        class="lead-back"
        aria-keyshortcuts="PageUp"
        aria-label={t("Back to the question before")}
        title={t("Back to the question before (Page Up)")}
        aria-busy={waits}
        onClick={() => go("previous")}
      >
        <Icon of={ChevronLeft} />
      </button>
      <button
        type="button"
        class="lead-next"
        aria-keyshortcuts="PageDown"
        disabled={!can}
        aria-busy={waits}
        onClick={() => go("next")}
      >
        <span>
          {current === null
            ? t("Next question")
            : listed && coming.length > 0
              ? t("Answered, and next")
              : t("Answered, and nothing next")}
        </span>
        <Kbd>PgDn</Kbd>
        <Icon of={ChevronRight} />
      </button>
    </div>
  );
}
