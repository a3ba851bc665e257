// What the hall sees: the questions layout itself, as every screen draws it, from the same state.

import { computed } from "@preact/signals";
import { boot } from "../../boot.ts";
import { PLAIN } from "../../displays/options.ts";
import { Questions } from "../../displays/questions/Questions.tsx";
import { qr, sceneFor } from "../../displays/scene.ts";
import { t } from "../../i18n.ts";
import type { DisplayView } from "../../net/protocol.gen.ts";
import { shownPoll } from "../../polls/index.ts";
import { state } from "../../state/store.ts";
import { roomId, spotlight } from "./model.ts";

const screen = computed<DisplayView | null>(() =>
  roomId.value === undefined
    ? null
    : {
        name: "",
        room: roomId.value,
        layout: "questions",
        options: PLAIN,
        paired_at: 0,
        blackout: false,
      },
);
const scene = sceneFor(screen);
qr.value = boot.qr_url ?? null;

export function HallView() {
  const lit = spotlight.value === undefined ? undefined : state.value?.questions[spotlight.value];
  const poll = roomId.value === undefined ? null : shownPoll(state.value, roomId.value);
  return (
    <figure class={lit === undefined && poll === null ? "hall" : "hall lit"}>
      <figcaption>
        <span>{t("What the hall sees")}</span>
        {poll !== null ? (
          <strong class="poll">
            {t("Poll on screen")}
            <span class="visually-hidden">: {poll.title}</span>
          </strong>
        ) : lit === undefined ? (
          <span>{t("no question")}</span>
        ) : (
          <strong>
            {t("On screen")}
            <span class="visually-hidden">: {lit.text}</span>
          </strong>
        )}
      </figcaption>
      <div class="hall-screen" data-theme="dark" data-surface="display" aria-hidden="true" inert>
        <div class="stage">{scene.value !== null && <Questions scene={scene.value} />}</div>
      </div>
    </figure>
  );
}
