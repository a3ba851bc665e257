// Why no question is taken now, from anybody or from me, and when that changes.

import type { IconNode } from "lucide";
import { Clock3, Hand, Lock } from "lucide";
import type { ComponentChildren } from "preact";
import { minutes, t } from "../../i18n.ts";
import { Icon } from "../../ui/index.ts";
import { pictureNow } from "../../watch/step.ts";
import { draft } from "./asking.ts";
import { isToday, muted, next, ownTime, room, venueTime } from "./reading.ts";

const SOON_MS = 3_600_000;

function Note(props: { icon: IconNode; strong: string; children?: ComponentChildren }) {
  return (
    <p class="ask-closed">
      <Icon of={props.icon} />
      <span>
        <strong>{props.strong}</strong> {props.children}{" "}
        {draft.value !== "" && <span>{t("Your text is kept on this device.")}</span>}
      </span>
    </p>
  );
}

/** When they open: "16:30 (09:30 in Mexico City)", with its day if that is not today. */
function Opening({ at }: { at: number }) {
  const venue = venueTime(at);
  const time = venue === null ? ownTime(at) : `${ownTime(at)} (${venue})`;
  return (
    <span>
      {isToday(at) ? t("They open at {time}.", { time }) : t("They open on {day}.", { day: time })}
    </span>
  );
}

export function Shut() {
  const asked = room.value?.questions;
  const opens = asked?.opens_at;
  const left = opens === undefined ? Infinity : opens - pictureNow.value;
  if (opens !== undefined && left <= SOON_MS)
    return (
      <Note
        icon={Clock3}
        strong={
          left < 60_000
            ? t("Questions open any moment.")
            : t("Questions open in {time}.", { time: minutes(left) })
        }
      >
        <Opening at={opens} />
      </Note>
    );
  return (
    <Note icon={opens === undefined ? Lock : Clock3} strong={why(asked?.why)}>
      {opens !== undefined && <Opening at={opens} />}
      {opens === undefined && asked?.why === "break" && next.value !== null && (
        <span>{t("They open with “{session}”.", { session: next.value.title })}</span>
      )}
    </Note>
  );
}

function why(code: string | undefined): string {
  switch (code) {
    case "before":
      return t("Questions are not open yet.");
    case "break":
      return t("No questions during the break.");
    case "after":
      return t("Questions are closed.");
    default:
      return t("The moderators have closed questions for now.");
  }
}

/** I may read, and not take part; said without blame. */
export function Muted() {
  const is = muted.value;
  if (is === null) return null;
  return (
    <Note icon={Hand} strong={t("The moderators have paused your questions and votes.")}>
      {is.reason !== undefined && <span dir="auto">{is.reason}</span>}{" "}
      {is.until_at !== undefined && (
        <span>
          {isToday(is.until_at)
            ? t("You can take part again at {time}.", { time: ownTime(is.until_at) })
            : t("You can take part again on {day}.", { day: ownTime(is.until_at) })}
        </span>
      )}
    </Note>
  );
}
