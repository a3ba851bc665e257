// Where a room, or one of its sessions, can be watched afterwards, and which instant its second 0 was.

import { useState } from "preact/hooks";
import { Choice } from "../../crew/Choice.tsx";
import { sayOnDesk } from "../../crew/words.ts";
import { cityOf, clockIn, t } from "../../i18n.ts";
import type { RecordingView } from "../../net/protocol.gen.ts";
import { command, rooms, sessionsOf } from "../../state/store.ts";
import { Button, Dialog, Field } from "../../ui/index.ts";
import { dialog, zoneOf } from "./act.ts";
import { fieldOf, instantOf, kindName, kindOf, addressOf, problemOf } from "./streams.ts";

const WHOLE = "";

interface Draft {
  url: string;
  started: string;
}

export function StreamRecording({ room: id }: { room: string }) {
  const room = rooms.value.find((one) => one.id === id);
  const zone = zoneOf(id);
  const sessions = sessionsOf(id).sort((a, b) => a.order - b.order);
  const began = sessions.filter((one) => one.started_at !== undefined);
  const held = (of: string): RecordingView | undefined =>
    of === WHOLE ? room?.recording : sessions.find((one) => one.id === of)?.recording;
  const draftOf = (of: string): Draft => {
    const one = held(of);
    const first = of === WHOLE ? began[0] : began.find((session) => session.id === of);
    const start = one?.started_at ?? first?.started_at ?? first?.start_at;
    return {
      url: one?.url ?? "",
      started: start === undefined ? "" : fieldOf(start, zone, true),
    };
  };
  const [of, setOf] = useState(WHOLE);
  const [draft, setDraft] = useState(() => draftOf(WHOLE));
  const [wrong, setWrong] = useState<{ url?: string; started?: string; other?: string }>({});
  const [sending, setSending] = useState(false);
  const close = (): void => void (dialog.value = null);
  const set = (change: Partial<Draft>): void => {
    setDraft({ ...draft, ...change });
    setWrong({});
  };
  const choose = (next: string): void => {
    setOf(next);
    setDraft(draftOf(next));
    setWrong({});
  };
  const send = async (url: string | null, started_at: number | null): Promise<void> => {
    if (sending) return;
    setSending(true);
    const ack = await command("recording.set", {
      room: id,
      ...(url !== null && { url, started_at }),
      ...(of !== WHOLE && { session: of }),
    });
    setSending(false);
    if (ack.ok) return close();
    const field = ack.error.field;
    const text = sayOnDesk(ack.error);
    setWrong(
      field === "url"
        ? { url: text }
        : field === "started_at"
          ? { started: text }
          : { other: text },
    );
  };
  const save = (): void => {
    const url = problemOf(draft.url, location.origin);
    const started_at = instantOf(draft.started, zone);
    if (url !== null || started_at === null)
      return setWrong({
        ...(url !== null && { url }),
        ...(started_at === null && { started: t("Give a day and a time, to the second.") }),
      });
    void send(draft.url.trim(), started_at);
  };
  const there = addressOf(draft.url, location.origin);
  const isHeld = held(of) !== undefined;
  return (
    <Dialog
      open
      wide
      title={t("Recording of {room}", { room: room?.name ?? "" })}
      onClose={close}
      actions={
        <>
          {isHeld && (
            <Button tone="danger" onClick={() => void send(null, null)}>
              {t("Take it away")}
            </Button>
          )}
          <Button onClick={close}>{t("Cancel")}</Button>
          <Button tone="primary" aria-busy={sending} onClick={save}>
            {t("Save")}
          </Button>
        </>
      }
    >
      <form
        class="edit"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <p class="muted">
          {t(
            "When the event is over, its page becomes the archive: the recording with chapters from the actual times, and every answered question at its second.",
          )}
        </p>
        <Choice
          label={t("What was recorded")}
          value={of}
          options={[
            [WHOLE, t("The whole day of the room")],
            ...sessions.map((one): [string, string] => [
              one.id,
              one.recording === undefined ? one.title : `${one.title} ✓`,
            ]),
          ]}
          onValue={choose}
        />
        <Field
          label={t("Address of the recording")}
          value={draft.url}
          onValue={(url) => set({ url })}
          hint={
            there === null
              ? t("An HLS playlist, a video file, or a page of YouTube or Vimeo.")
              : kindName(kindOf(draft.url, location.origin))
          }
          error={wrong.url}
          placeholder="https://…/recording.mp4"
          inputMode="url"
          autocomplete="off"
          autoFocus
        />
        <div class="edit-row">
          <Field
            type="datetime-local"
            step={1}
            label={t("Its second 0 was at")}
            hint={t("Time in {city}", { city: cityOf(zone) })}
            value={draft.started}
            onValue={(started) => set({ started })}
            error={wrong.started}
          />
          {began.length > 0 && (
            <Choice
              label={t("As a session began")}
              value=""
              options={[
                ["", t("Choose…")],
                ...began.map((one): [string, string] => [
                  one.id,
                  `${clockIn(one.started_at ?? 0, zone)} ${one.title}`,
                ]),
              ]}
              onValue={(chosen) => {
                const one = began.find((session) => session.id === chosen);
                if (one?.started_at !== undefined)
                  set({ started: fieldOf(one.started_at, zone, true) });
              }}
            />
          )}
        </div>
        {wrong.other !== undefined && (
          <p class="field-error" role="alert">
            {wrong.other}
          </p>
        )}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
