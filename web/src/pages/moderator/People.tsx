// Participants who may not take part, each with the way back.

import { t, timeIn } from "../../i18n.ts";
import { venue, who } from "../../crew/words.ts";
import { now } from "../../net/clock.ts";
import type { MutedView, ParticipantView } from "../../net/protocol.gen.ts";
import { state } from "../../state/store.ts";
import { Button } from "../../ui/index.ts";
import { unmute } from "./decide.ts";

/** Whether a participant may not take part now. */
export function isMuted(standing: ParticipantView | undefined): boolean {
  const until = standing?.muted?.until_at;
  return standing?.muted !== undefined && (until === undefined || until > now.value);
}

export function mutedOnes(): [string, ParticipantView & { muted: MutedView }][] {
  return Object.entries(state.value?.participants ?? {}).filter(
    (entry): entry is [string, ParticipantView & { muted: MutedView }] => isMuted(entry[1]),
  );
}

export function Muted() {
  const list = mutedOnes();
  if (list.length === 0) return <p class="empty">{t("Nobody is muted.")}</p>;
  return (
    <ul class="muted-list" role="list">
      {list.map(([id, { name, muted }]) => (
        <li key={id}>
          <p>
            <strong>{name ?? t("anonymous")}</strong>{" "}
            <span class="muted">
              {muted.until_at === undefined
                ? t("for the whole event")
                : t("until {time}", { time: timeIn(muted.until_at, venue()) })}
              {" · "}
              {t("by {name}, {time}", { name: who(muted.by), time: timeIn(muted.at, venue()) })}
            </span>
          </p>
          {muted.reason && <p class="muted">“{muted.reason}”</p>}
          <Button size="small" onClick={() => void unmute(id)}>
            {t("Let them take part again")}
          </Button>
        </li>
      ))}
    </ul>
  );
}
