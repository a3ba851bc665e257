// The agenda comes in: hand it in, look at what was understood, confirm; and the ways back.

import { Check, FileUp, History } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { sayOnDesk } from "../../crew/words.ts";
import { dayIn, number, t, timeIn, tn } from "../../i18n.ts";
import type { AgendaDifference } from "../../net/protocol.gen.ts";
import { Button, Icon } from "../../ui/index.ts";
import { eventPath, look, nameOf, shown, source, stage, startAgain, way } from "./intake.ts";
import { Intake } from "./Intake.tsx";
import { kept, save, type Kept } from "./kept.ts";
import { Preview } from "./Preview.tsx";
import { Watched } from "./Watched.tsx";

function whenReplaced(one: Kept): string {
  return t("replaced {day}, {time}", { day: dayIn(one.at), time: timeIn(one.at) });
}

/** What is handed in, in one line, once there is a preview to look at. */
function Handed() {
  const from = source.value;
  if (from === null) return null;
  const is = from.is;
  return (
    <div class="handed">
      <Icon of={is === "kept" ? History : FileUp} />
      <p>
        <strong>
          {is === "text"
            ? t("Pasted text")
            : is === "kept"
              ? t("The earlier agenda, {when}", { when: whenReplaced(from.kept) })
              : nameOf(from)}
        </strong>
        {is === "file" && (
          <span class="muted"> {t("{n} kB", { n: number(Math.ceil(from.file.size / 1000)) })}</span>
        )}
      </p>
      <Button
        size="small"
        onClick={() => {
          if (is !== "kept" && is !== "watched") way.value = is;
          startAgain();
        }}
      >
        {is === "text" ? t("Change the text") : t("Another one")}
      </Button>
    </div>
  );
}

function Reading({ share }: { share: number | null }) {
  const percent = share === null ? null : Math.round(share * 100);
  return (
    <div class="reading" role="status">
      <p>{percent === null ? t("Reading it…") : t("Sending it: {n} %", { n: number(percent) })}</p>
      <progress
        aria-label={t("Progress")}
        {...(percent !== null && { value: percent, max: 100 })}
      />
    </div>
  );
}

function whatHappened(found: AgendaDifference): string {
  const moved = found.changes.length;
  const parts = [
    found.added.length > 0 && tn("{n} session added", "{n} sessions added", found.added.length),
    moved > 0 && tn("{n} session changed", "{n} sessions changed", moved),
    found.gone.length > 0 &&
      tn("{n} session cancelled", "{n} sessions cancelled", found.gone.length),
    found.restored.length > 0 &&
      tn("{n} session back again", "{n} sessions back again", found.restored.length),
  ].filter((part) => part !== false);
  return parts.length === 0 ? t("No session changed.") : `${parts.join(", ")}.`;
}

function Done({ difference, before }: { difference: AgendaDifference; before: Kept | null }) {
  const here = useRef<HTMLHeadingElement>(null);
  useEffect(() => here.current?.focus(), []);
  return (
    <div class="done">
      <h3 tabIndex={-1} ref={here}>
        <Icon of={Check} /> {t("The agenda is in place.")}
      </h3>
      <p>
        {whatHappened(difference)}{" "}
        {t(
          "Phones, screens and calendars have it. Questions and votes stayed with their sessions.",
        )}
      </p>
      <p class="actions">
        <a class="button primary" href={eventPath}>
          {t("Look at the public page")}
        </a>
        <Button onClick={startAgain}>{t("Bring another one")}</Button>
        {before !== null && (
          <Button
            tone="plain"
            icon={History}
            onClick={() => void look({ is: "kept", kept: before })}
          >
            {t("Go back to the agenda before")}
          </Button>
        )}
      </p>
      {before !== null && (
        <p class="muted small">
          {t(
            "The agenda before is kept in this browser. Going back shows first what that changes; what was cancelled now comes back.",
          )}
        </p>
      )}
    </div>
  );
}

function Earlier() {
  if (kept.value.length === 0) return null;
  return (
    <details class="earlier">
      <summary>
        {t("Earlier versions")} <span class="count figures">{number(kept.value.length)}</span>
      </summary>
      <p class="muted small">
        {t("What was replaced from this browser. To put one back, look at it and confirm.")}
      </p>
      <ul role="list">
        {kept.value.map((one) => (
          <li key={one.at}>
            <p>
              <strong>{one.title}</strong>
              <span class="muted small">
                {tn("{n} session", "{n} sessions", one.sessions)}, {whenReplaced(one)}
              </span>
            </p>
            <Button size="small" onClick={() => void look({ is: "kept", kept: one })}>
              {t("Look at it")}
            </Button>
            <Button size="small" tone="plain" onClick={() => save(one)}>
              {t("Save as a file")}
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}

export function Agenda() {
  const is = stage.value;
  const told = shown.value;
  const understood = told !== null && (told.plan !== null || told.asks.length > 0);
  return (
    <section id="agenda" aria-labelledby="agenda-title">
      <header class="section-head">
        <h2 id="agenda-title">{t("Bring an agenda")}</h2>
        <p class="muted">
          {t(
            "From whatever you have: you see first what was understood, and what it would change. Nothing changes before you confirm.",
          )}
        </p>
      </header>
      {is.is === "done" ? (
        <Done difference={is.difference} before={is.before} />
      ) : understood ? (
        <Handed />
      ) : (
        <Intake />
      )}
      {is.is === "reading" && <Reading share={is.share} />}
      {is.is === "failed" && (
        <div class="trouble" role="alert">
          <h3>{t("This did not work. Nothing was changed.")}</h3>
          <p>{sayOnDesk(is.error)}</p>
        </div>
      )}
      {told !== null && <Preview told={told} busy={is.is !== "preview"} />}
      <Watched />
      <Earlier />
    </section>
  );
}
