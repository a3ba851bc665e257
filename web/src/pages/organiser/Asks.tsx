// What only the organiser knows: the zone, the first day, the name of the event.

import { useId, useState } from "preact/hooks";
import { cityOf, t } from "../../i18n.ts";
import type { AgendaPreview, AgendaAsk } from "../../net/protocol.gen.ts";
import { state } from "../../state/store.ts";
import { Button, Field } from "../../ui/index.ts";
import { choices, say } from "./intake.ts";

let allZones: readonly string[] | undefined;

function zones(): readonly string[] {
  return (allZones ??=
    typeof Intl.supportedValuesOf === "function" ? Intl.supportedValuesOf("timeZone") : []);
}

function isZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function ZoneForm({ likely }: { likely: readonly string[] }) {
  const id = useId();
  const [zone, setZone] = useState("");
  const [error, setError] = useState<string>();
  const send = (name: string): void => {
    if (isZone(name)) return say({ timezone: name });
    setError(t("No zone has this name. Write it as Europe/Lisbon."));
  };
  return (
    <form
      class="ask-form"
      onSubmit={(event) => {
        event.preventDefault();
        send(zone.trim());
      }}
    >
      {likely.length > 0 && (
        <div class="chips">
          {likely.slice(0, 6).map((one) => (
            <Button key={one} size="small" onClick={() => send(one)}>
              {cityOf(one)}
            </Button>
          ))}
        </div>
      )}
      <div class="field">
        <label for={id}>{t("Time zone")}</label>
        <input
          id={id}
          list={`${id}-zones`}
          value={zone}
          placeholder="Europe/Lisbon"
          autocomplete="off"
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-error`}
          onInput={(event) => {
            setZone(event.currentTarget.value);
            setError(undefined);
          }}
        />
        <datalist id={`${id}-zones`}>
          {zones().map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        <p id={`${id}-error`} class="field-error small" role="alert">
          {error}
        </p>
      </div>
      <Button type="submit" disabled={zone.trim() === ""}>
        {t("Use this zone")}
      </Button>
    </form>
  );
}

/** How the zone came about: said by the file or the organiser, or taken from the event. */
function whyZone(told: AgendaPreview): string {
  const own = state.value?.event.timezone;
  if (choices.value.timezone !== undefined) return t("as you said");
  const ask = told.asks.find((one) => one.what === "timezone");
  const note = told.notes.find((one) => one.field === "timezone");
  if (ask !== undefined)
    return told.plan?.timezone === own
      ? t("assumed: the file does not say where, and this is the event's zone")
      : t("assumed from the offsets in the file");
  if (note !== undefined) return t("worked out from the file; see the notes");
  return t("as the file says");
}

export function ZoneAsk({ told }: { told: AgendaPreview }) {
  const ask = told.asks.find((one) => one.what === "timezone");
  const zone = told.plan?.timezone ?? state.value?.event.timezone ?? "UTC";
  const own = state.value?.event.timezone ?? zone;
  const likely = [...new Set([...(ask?.options ?? []), own])].filter((one) => one !== zone);
  const sure = ask === undefined;
  return (
    <div class={sure ? "ask quiet" : "ask"}>
      {ask?.needed ? (
        <h3>{t("In which time zone are these times?")}</h3>
      ) : (
        <p>
          {t("Times are read in {city}", { city: cityOf(zone) })}{" "}
          <span class="muted">
            ({zone}), {whyZone(told)}.
          </span>
        </p>
      )}
      {ask?.needed ? (
        <ZoneForm likely={likely} />
      ) : (
        <details open={!sure && told.plan?.timezone !== own}>
          <summary>{sure ? t("Another zone") : t("Is that right? Choose another zone")}</summary>
          <ZoneForm likely={likely} />
        </details>
      )}
    </div>
  );
}

export function DateAsk({ ask }: { ask: AgendaAsk }) {
  const id = useId();
  const [date, setDate] = useState("");
  return (
    <div class="ask">
      <h3>{t("Which date is the first day?")}</h3>
      <p class="muted">{ask.why}</p>
      <form
        class="ask-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (date !== "") say({ date });
        }}
      >
        <div class="field">
          <label for={id}>{t("First day")}</label>
          <input
            id={id}
            type="date"
            value={date}
            onInput={(event) => setDate(event.currentTarget.value)}
          />
        </div>
        <Button type="submit" disabled={date === ""}>
          {t("Use this day")}
        </Button>
      </form>
    </div>
  );
}

export function TitleAsk() {
  const [title, setTitle] = useState("");
  return (
    <div class="ask">
      <h3>{t("What is the event called?")}</h3>
      <form
        class="ask-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (title.trim() !== "") say({ title: title.trim() });
        }}
      >
        <Field label={t("Name of the event")} value={title} onValue={setTitle} />
        <Button type="submit" disabled={title.trim() === ""}>
          {t("Use this name")}
        </Button>
      </form>
    </div>
  );
}
