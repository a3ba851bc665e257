// How the parts of the live page stand together, and what stands there when there is nothing to show.

import { t } from "../../i18n.ts";
import { state, status } from "../../state/store.ts";
import { AskBox } from "./AskBox.tsx";
import { say } from "./errors.ts";
import { Mine } from "./Mine.tsx";
import { Now } from "./Now.tsx";
import { Polls } from "./Polls.tsx";
import { Questions } from "./Questions.tsx";
import { Reactions } from "./Reactions.tsx";
import { phase } from "./reading.ts";
import { RoomChoice, RoomLine } from "./Rooms.tsx";
import { roomId } from "./room.ts";
import { Stream } from "./Stream.tsx";

export function Page() {
  const is = status.value;
  if (is.is === "refused")
    return (
      <div class="live-gone" role="alert">
        <h2>{t("This event is not here any more")}</h2>
        <p>{is.error.code === "event.unknown" ? t("It may have moved.") : say(is.error)}</p>
        <p>
          <a class="button quiet" href="/">
            {t("Enter an event code")}
          </a>
        </p>
      </div>
    );
  return state.value === null ? null : <Parts />;
}

function Parts() {
  if (phase.value === "loading") return <RoomChoice />;
  return (
    <div class="live-parts" key={roomId.value}>
      <div class="live-stage">
        <RoomLine />
        <Stream />
        <Now />
        <Reactions />
      </div>
      <div class="live-talk">
        <Polls />
        <AskBox />
        <Mine />
        <Questions />
      </div>
    </div>
  );
}
