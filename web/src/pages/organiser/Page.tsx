// The organiser's page: the agenda in and out, how questions are taken, links, the other pages.

import { ConnectionMark } from "../../crew/Frame.tsx";
import { cityOf, dateIn, t, tn } from "../../i18n.ts";
import { rooms, sessionsOf, state } from "../../state/store.ts";
import { Clock } from "../../ui/index.ts";
import { Agenda } from "./Agenda.tsx";
import { Links } from "./Links.tsx";
import { Out } from "./Out.tsx";
import { Pages } from "./Pages.tsx";
import { Settings } from "./Settings.tsx";

function When() {
  const event = state.value?.event;
  if (event === undefined) return null;
  const [first, last] = [
    dateIn(event.starts_at, event.timezone),
    dateIn(Math.max(event.starts_at, event.ends_at - 1), event.timezone),
  ];
  return (
    <p class="about">
      <span>{first === last ? first : `${first} – ${last}`}</span>
      {event.venue && <span>{event.venue}</span>}
      <span>{t("times in {city}", { city: cityOf(event.timezone) })}</span>
      <span>
        {tn("{n} session", "{n} sessions", sessionsOf().length)},{" "}
        {tn("{n} room", "{n} rooms", rooms.value.length)}
      </span>
    </p>
  );
}

export function Page() {
  const sections: readonly (readonly [string, string])[] = [
    ["agenda", t("Agenda")],
    ["out", t("Give it on")],
    ["questions", t("Questions and results")],
    ["links", t("Links")],
    ["pages", t("Pages")],
  ];
  return (
    <div class="organiser">
      <a class="skip" href="#agenda">
        {t("Skip to the agenda")}
      </a>
      <header class="top">
        <div class="top-line">
          <p class="eyebrow">{t("Organiser")}</p>
          <span class="top-end">
            <Clock zone={state.value?.event.timezone ?? "UTC"} />
            <ConnectionMark />
          </span>
        </div>
        <h1>{state.value?.event.title}</h1>
        <When />
      </header>
      <nav class="rail" aria-label={t("Parts of this page")}>
        <ul role="list">
          {sections.map(([id, name]) => (
            <li key={id}>
              <a href={`#${id}`}>{name}</a>
            </li>
          ))}
        </ul>
      </nav>
      <main>
        <Agenda />
        <Out />
        <Settings />
        <Links />
        <Pages />
      </main>
    </div>
  );
}
