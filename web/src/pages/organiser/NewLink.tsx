// Making a role link, and handing it on at once.

import { Copy } from "lucide";
import { useId, useState } from "preact/hooks";
import { Choice } from "../../crew/Choice.tsx";
import { sayOnDesk } from "../../crew/words.ts";
import { t } from "../../i18n.ts";
import { command, sessionsOf } from "../../state/store.ts";
import { Button, Dialog, Field } from "../../ui/index.ts";
import { copy } from "./copy.ts";
import { links, refresh, type LinkRole } from "./links.ts";
import { Code } from "./Links.tsx";

interface Person {
  id: string;
  name: string;
}

function people(): Person[] {
  const found = new Map<string, string>();
  for (const session of sessionsOf())
    for (const one of session.speakers) found.set(one.id, one.name);
  return [...found]
    .map(([id, name]) => ({ id, name }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

export function speakerName(id: string | null): string | undefined {
  return id === null ? undefined : people().find((one) => one.id === id)?.name;
}

function titleOf(role: LinkRole): string {
  const titles: Record<LinkRole, string> = {
    organiser: t("A link for an organiser"),
    producer: t("A link for a producer"),
    moderator: t("A link for a moderator"),
    speaker: t("A link for a speaker"),
    participant: t("A link for invited participants"),
  };
  return titles[role];
}

/** The end of a day as it is typed, where this device is. */
function endOf(day: string): number | null {
  return day === "" ? null : new Date(`${day}T23:59:59`).getTime();
}

export function NewLink({ role, onClose }: { role: LinkRole; onClose: () => void }) {
  const id = useId();
  const [name, setName] = useState("");
  const [speaker, setSpeaker] = useState("");
  const [until, setUntil] = useState("");
  const [uses, setUses] = useState("1");
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  const all = role === "speaker" ? people() : [];
  const link = links.value?.links.find((one) => one.link === made);
  const create = async (): Promise<void> => {
    if (busy) return;
    const person = all.find((one) => one.id === speaker);
    if (role === "speaker" && person === undefined) return setError(t("Say whose link it is."));
    const people = Number(uses);
    if (role === "participant" && !(Number.isInteger(people) && people >= 1))
      return setError(t("Say for how many people it is."));
    setBusy(true);
    const ack = await command("link.create", {
      role,
      name: name.trim() || person?.name.slice(0, 60) || null,
      ...(person !== undefined && { speaker: person.id }),
      ...(until !== "" && { expires_at: endOf(until) }),
      ...(role === "participant" && people > 1 && { uses: people }),
    });
    setBusy(false);
    if (!ack.ok) return setError(sayOnDesk(ack.error));
    await refresh();
    setMade(String(ack.result?.["link"] ?? ""));
  };
  return (
    <Dialog
      open
      title={titleOf(role)}
      onClose={onClose}
      actions={
        link === undefined ? (
          <>
            {error !== undefined && (
              <p class="field-error" role="alert">
                {error}
              </p>
            )}
            <Button onClick={onClose}>{t("Cancel")}</Button>
            <Button tone="primary" aria-busy={busy} onClick={() => void create()}>
              {t("Make the link")}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>{t("Done")}</Button>
            <Button tone="primary" icon={Copy} onClick={() => void copy(link.url ?? "")}>
              {t("Copy the link")}
            </Button>
          </>
        )
      }
    >
      {link !== undefined ? (
        <Code link={link} />
      ) : (
        <form
          class="new-link"
          onSubmit={(event) => {
            event.preventDefault();
            void create();
          }}
        >
          {role === "speaker" && (
            <Choice
              label={t("Who")}
              value={speaker}
              options={[["", t("Choose")], ...all.map((one) => [one.id, one.name] as const)]}
              onValue={(value) => {
                setSpeaker(value);
                setError(undefined);
              }}
            />
          )}
          <Field
            label={role === "speaker" ? t("Another name for it") : t("Name")}
            value={name}
            most={60}
            autocomplete="off"
            hint={t("Stands beside what is done with this link. May stay empty.")}
            onValue={(value) => {
              setName(value);
              setError(undefined);
            }}
          />
          {role === "participant" && (
            <Field
              type="number"
              inputMode="numeric"
              label={t("For how many people")}
              value={uses}
              hint={t(
                "For one, it is theirs on each of their devices. For several, whoever opens it first is invited.",
              )}
              onValue={(value) => {
                setUses(value);
                setError(undefined);
              }}
            />
          )}
          <div class="field">
            <label for={id}>{t("Holds until the end of")}</label>
            <input
              id={id}
              type="date"
              value={until}
              onInput={(event) => {
                setUntil(event.currentTarget.value);
                setError(undefined);
              }}
            />
            <div class="field-notes">
              <p>{t("Empty: until you take it back.")}</p>
            </div>
          </div>
          <button type="submit" hidden />
        </form>
      )}
    </Dialog>
  );
}
