// How the hall and those at home react, as rates: on the desks and on the speakers' page.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { number, t } from "../i18n.ts";
import { now, serverNow } from "../net/clock.ts";
import { reactionsHeard } from "../state/store.ts";
import { Icon } from "../ui/index.ts";
import { REACTIONS } from "../ui/reactions.ts";
import { inTheLastMinute, still, type Told } from "./reacting.ts";

const heard = signal<ReadonlyMap<string, readonly Told[]>>(new Map());

function follow(): () => void {
  return reactionsHeard(({ room, counts }) => {
    const at = serverNow();
    const told = [...still(heard.peek().get(room) ?? [], at), { at, counts }];
    heard.value = new Map(heard.peek()).set(room, told);
  });
}

/** What came from a room within the last minute, never read aloud; `quiet` says that nothing came. */
export function Reacting({ room, quiet }: { room: string | undefined; quiet?: boolean }) {
  useEffect(follow, []);
  const told = heard.value.get(room ?? "") ?? [];
  const rates = told.length === 0 ? new Map<string, number>() : inTheLastMinute(told, now.value);
  if (rates.size === 0)
    return <p class="reacting">{quiet && t("No reactions in the last minute")}</p>;
  return (
    <p class="reacting" title={t("Reactions in the last minute")}>
      <span class="visually-hidden">{t("Reactions in the last minute")}: </span>
      {REACTIONS.map(({ kind, icon, name }) => {
        const n = rates.get(kind) ?? 0;
        return (
          n > 0 && (
            <span key={kind} class="figures">
              <Icon of={icon} label={name()} /> {number(n)}
            </span>
          )
        );
      })}
      <span aria-hidden="true">{t("per minute")}</span>
    </p>
  );
}
