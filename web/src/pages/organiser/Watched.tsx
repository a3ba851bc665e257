// Following the address of an agenda: how often, what is taken by itself, and what waits there.

import { Eye, Pencil, RefreshCw, Rss } from "lucide";
import { useEffect, useState } from "preact/hooks";
import { Choice } from "../../crew/Choice.tsx";
import { sayOnDesk } from "../../crew/words.ts";
import { dateIn, t, timeIn, tn } from "../../i18n.ts";
import type { WaitingAgenda, WatchedAnswer } from "../../net/protocol.gen.ts";
import { Button, Field, FormDialog, Icon, toast } from "../../ui/index.ts";
import { look, source } from "./intake.ts";
import { follow, keepCurrent, leave, lookNow, watched } from "./watched.ts";

const EVERY_MIN: readonly number[] = [5, 15, 60, 360, 1440];

function everyName(min: number): string {
  if (min < 60) return tn("every minute", "every {n} minutes", min);
  return min < 1440 ? tn("every hour", "every {n} hours", Math.round(min / 60)) : t("once a day");
}

function at(ms: number): string {
  return Date.now() - ms < 12 * 3_600_000 ? timeIn(ms) : `${dateIn(ms)}, ${timeIn(ms)}`;
}

/** What a version that waits would do, and why it was not taken by itself. */
function inShort(waits: WaitingAgenda): string {
  const found = waits.difference;
  if (found === null) return t("It does not say all that is needed.");
  const parts = [
    found.added.length > 0 && tn("{n} session added", "{n} sessions added", found.added.length),
    found.changes.length > 0 &&
      tn("{n} session changed", "{n} sessions changed", found.changes.length),
    found.gone.length > 0 &&
      tn("{n} session cancelled", "{n} sessions cancelled", found.gone.length),
    found.restored.length > 0 &&
      tn("{n} session back again", "{n} sessions back again", found.restored.length),
  ].filter((part) => part !== false);
  return parts.length === 0 ? t("No session changed.") : `${parts.join(", ")}.`;
}

function why(waits: WaitingAgenda): string | null {
  const words: Record<WaitingAgenda["why"], string | null> = {
    asked: null,
    first: t("It is the first version from this address, so you are asked."),
    live: t("It changes what is on air now, so you are asked."),
    changed_here: t("The agenda was changed here in the meantime, so you are asked."),
    many_gone: t("Many sessions are not in it any more, so you are asked."),
    unclear: t("It does not say all that is needed, so you are asked."),
  };
  return words[waits.why];
}

function Waits({ url, waits }: { url: string; waits: WaitingAgenda }) {
  const reason = why(waits);
  const leaveIt = async (): Promise<void> => {
    const error = await leave(waits.version);
    if (error !== null) toast(sayOnDesk(error), { tone: "over" });
  };
  return (
    <div class="waits" role="status">
      <p>
        <strong>{t("A new version waits since {time}", { time: at(waits.since) })}</strong>
        <span>{inShort(waits)}</span>
        {reason !== null && <span class="muted small">{reason}</span>}
      </p>
      <Button
        tone="primary"
        icon={Eye}
        onClick={() => void look({ is: "watched", url, version: waits.version })}
      >
        {t("Look at it")}
      </Button>
      <Button tone="plain" onClick={() => void leaveIt()}>
        {t("Leave it")}
      </Button>
    </div>
  );
}

function Form({ was, onClose }: { was: WatchedAnswer; onClose: () => void }) {
  const [url, setUrl] = useState(was.url ?? "");
  const [every, setEvery] = useState(was.every_min);
  const [byItself, setByItself] = useState(was.by_itself);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    const said = url.trim();
    if (said === "") return setError(t("Say which address."));
    if (busy) return;
    setBusy(true);
    const answer = await follow({ url: said, every_min: every, by_itself: byItself });
    setBusy(false);
    if (!answer.ok) return setError(sayOnDesk(answer.error));
    onClose();
  };
  return (
    <FormDialog
      title={t("Follow an address")}
      error={error}
      submit={was.url === null ? t("Follow it") : t("Save")}
      busy={busy}
      onClose={onClose}
      onSubmit={() => void save()}
    >
      <Field
        label={t("Address of the agenda")}
        value={url}
        inputMode="url"
        placeholder="https://"
        autocomplete="off"
        autoFocus
        hint={t("Of the public internet, without a password.")}
        onValue={(value) => {
          setUrl(value);
          setError(undefined);
        }}
      />
      <Choice
        label={t("How often")}
        value={String(every)}
        options={[...new Set([...EVERY_MIN, every])]
          .sort((a, b) => a - b)
          .map((one) => [String(one), everyName(one)])}
        onValue={(value) => setEvery(Number(value))}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={byItself}
          onChange={(event) => setByItself(event.currentTarget.checked)}
        />
        <span>
          {t("Take changes by themselves")}
          <span class="muted small">
            {t(
              "Not where they touch what is on air, where many sessions would go, or where the agenda was changed here: then you are asked.",
            )}
          </span>
        </span>
      </label>
    </FormDialog>
  );
}

function Followed({ told, onEdit }: { told: WatchedAnswer; onEdit: () => void }) {
  const [busy, setBusy] = useState(false);
  const now = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    const answer = await lookNow();
    setBusy(false);
    if (!answer.ok) toast(sayOnDesk(answer.error), { tone: "over" });
    else if (answer.body.error === undefined && answer.body.waiting === undefined)
      toast(t("Nothing new there."));
  };
  const stop = async (): Promise<void> => {
    const answer = await follow({ url: null });
    if (!answer.ok) toast(sayOnDesk(answer.error), { tone: "over" });
  };
  const looking = source.value?.is === "watched";
  return (
    <>
      <p class="watched-address">
        <Icon of={Rss} />
        <span>{told.url}</span>
      </p>
      <p class="muted small watched-facts">
        <span>{everyName(told.every_min)}</span>
        <span>
          {told.by_itself ? t("changes are taken by themselves") : t("changes wait for you")}
        </span>
        {told.checked_at !== undefined && (
          <span>{t("looked at {time}", { time: at(told.checked_at) })}</span>
        )}
        {told.changed_at !== undefined && (
          <span>{t("new there {time}", { time: at(told.changed_at) })}</span>
        )}
      </p>
      {told.error !== undefined && (
        <p class="field-error" role="alert">
          {told.error}
        </p>
      )}
      {told.waiting !== undefined && !looking && (
        <Waits url={told.url ?? ""} waits={told.waiting} />
      )}
      <p class="actions">
        <Button size="small" icon={RefreshCw} aria-busy={busy} onClick={() => void now()}>
          {t("Look now")}
        </Button>
        <Button size="small" icon={Pencil} onClick={onEdit}>
          {t("Change")}
        </Button>
        <Button size="small" tone="plain" onClick={() => void stop()}>
          {t("Stop following")}
        </Button>
      </p>
    </>
  );
}

export function Watched() {
  const [open, setOpen] = useState(false);
  useEffect(keepCurrent, []);
  const told = watched.value;
  if (told === null) return null;
  return (
    <section class="watched" aria-labelledby="watched-title">
      <h3 id="watched-title">{t("Follow an address")}</h3>
      {told.url === null ? (
        <div class="watched-off">
          <p class="muted small">
            {t(
              "Where your planning tool publishes the agenda: what changes there comes here, after you have looked at it or by itself.",
            )}
          </p>
          <Button size="small" icon={Rss} onClick={() => setOpen(true)}>
            {t("Follow an address")}
          </Button>
        </div>
      ) : (
        <Followed told={told} onEdit={() => setOpen(true)} />
      )}
      {open && <Form was={told} onClose={() => setOpen(false)} />}
    </section>
  );
}
