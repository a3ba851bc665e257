// Opens and closes the questions of a session, or lets the rundown decide.

import { useId } from "preact/hooks";
import { t } from "../i18n.ts";
import type { Opening } from "../net/protocol.gen.ts";
import { sessionOf, state } from "../state/store.ts";

export const OPENINGS: readonly Opening[] = ["open", "closed", "auto"];

export function openingName(opening: string): string {
  const names: Record<string, string> = {
    open: t("Open"),
    closed: t("Closed"),
    auto: t("Auto"),
  };
  return names[opening] ?? opening;
}

/** The session that a room's Q&A control is about: what is live, else where questions go, else next. */
export function qaSession(room: string | undefined): string | undefined {
  const found = room === undefined ? undefined : state.value?.rooms[room];
  return found?.live ?? found?.questions?.session ?? found?.next;
}

export function QaControl(props: { session: string; onSet: (state: Opening) => void }) {
  const session = sessionOf(props.session);
  const name = useId();
  if (session === null) return null;
  const said = session.opening ?? session.questions;
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">
        {t("Questions of “{session}”", { session: session.title })}
      </legend>
      {OPENINGS.map((one) => (
        <label key={one} class={said === one ? "on" : ""}>
          <input
            type="radio"
            class="visually-hidden"
            name={name}
            checked={said === one}
            onChange={() => props.onSet(one)}
          />
          <span>{openingName(one)}</span>
        </label>
      ))}
    </fieldset>
  );
}
