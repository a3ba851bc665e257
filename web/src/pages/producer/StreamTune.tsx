// How late a room's picture is: what is wrong with the encoder's clock, how late an embedded player is, and
// for how long deadlines wait for viewers.

import { useState } from "preact/hooks";
import { sayOnDesk } from "../../crew/words.ts";
import { cityOf, clockIn, number, t } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import type { RoomView } from "../../net/protocol.gen.ts";
import { command, rooms, streams } from "../../state/store.ts";
import { Button, Dialog, Field } from "../../ui/index.ts";
import { dialog, zoneOf } from "./act.ts";
import { Look } from "./Look.tsx";
import {
  hasClock,
  isLikely,
  lateUnder,
  numberOf,
  offsetFor,
  pictureSays,
  span,
  type Seen,
} from "./streams.ts";

const OFFSET_MOST_S = 86_400;
const LATE_MOST_S = 300;
const GRACE_MOST_S = 120;

type SeenBy = Seen & { by: "desk" | "server" | "viewers" };

/** How late the picture seems: on this desk (`late_s`, by its own clock), else to the server, else to viewers. */
function seenOf(room: RoomView & { id: string }, here_s: number | null): SeenBy | null {
  const told = streams.value?.rooms[room.id];
  const offset_s = room.stream?.clock_offset_s ?? 0;
  if (here_s !== null) return { late_s: here_s - offset_s, offset_s, by: "desk" };
  if (told?.late_s !== undefined) return { late_s: told.late_s, offset_s, by: "server" };
  const late_s = told?.viewers?.late_s?.p50;
  return late_s === undefined ? null : { late_s, offset_s, by: "viewers" };
}

function textOf(value: number | undefined): string {
  return value === undefined ? "" : String(value);
}

/** What the picture's clock says beside the true time, and what an offset would make of it. */
function Clocks(props: {
  seen: SeenBy;
  zone: string;
  offset_s: number | null;
  onOffset: (offset_s: number) => void;
}) {
  const { seen, zone, offset_s, onOffset } = props;
  const [truly, setTruly] = useState("");
  const at = now.value;
  const shown = offset_s === null ? seen.late_s : lateUnder(seen, offset_s);
  const late = numberOf(truly);
  return (
    <div class="two-clocks">
      <dl>
        <div>
          <dt>{t("The picture says")}</dt>
          <dd class="figures">{clockIn(pictureSays(seen, at), zone)}</dd>
        </div>
        <div>
          <dt>{t("True time in {city}", { city: cityOf(zone) })}</dt>
          <dd class="figures">{clockIn(at, zone)}</dd>
        </div>
        <div class={isLikely(shown) ? "fine" : "late"}>
          <dt>{t("So it counts as")}</dt>
          <dd class="figures" aria-live="polite">
            {shown < 0
              ? t("{time} early", { time: span(-shown) })
              : t("{time} late", { time: span(shown) })}
          </dd>
        </div>
      </dl>
      <p class="muted small">
        {isLikely(shown)
          ? seen.by === "desk"
            ? t("Measured in the picture below.")
            : seen.by === "server"
              ? t("Measured by the server, at the newest piece of the stream.")
              : t("Measured by those who watch: the middle of them, and only roughly.")
          : t(
              "A picture is hardly ever so late: the encoder's clock is wrong. Say how late it truly is.",
            )}
      </p>
      <div class="truly">
        <Field
          label={t("It is truly late by, in seconds")}
          value={truly}
          onValue={setTruly}
          inputMode="decimal"
          placeholder="6"
          autocomplete="off"
        />
        <Button
          disabled={late === null}
          onClick={() => late !== null && onOffset(offsetFor(seen, late))}
        >
          {late === null
            ? t("Set the offset")
            : t("Set the offset to {n} s", { n: number(offsetFor(seen, late)) })}
        </Button>
      </div>
    </div>
  );
}

type Name = "clock_offset_s" | "late_s" | "grace_s";

/** A field's number: null where it is empty, undefined where it is none or out of bounds. */
function within(text: string, least: number, most: number): number | null | undefined {
  if (text.trim() === "") return null;
  const found = numberOf(text);
  return found === null || found < least || found > most ? undefined : found;
}

export function StreamTune({ room: id }: { room: string }) {
  const room = rooms.value.find((one) => one.id === id);
  const was = room?.stream;
  const [first] = useState({
    offset: textOf(was?.clock_offset_s),
    late: textOf(was?.late_s),
    grace: textOf(was?.grace_s),
  });
  const [offset, setOffset] = useState(first.offset);
  const [late, setLate] = useState(first.late);
  const [grace, setGrace] = useState(first.grace);
  const [wrong, setWrong] = useState<Partial<Record<Name | "other", string>>>({});
  const [sending, setSending] = useState(false);
  const [here, setHere] = useState<number | null>(null);
  const close = (): void => void (dialog.value = null);
  const clocked = was?.sources.find((one) => hasClock(one.kind));
  const seen = room === undefined ? null : seenOf(room, here);
  const read = {
    clock_offset_s: within(offset, -OFFSET_MOST_S, OFFSET_MOST_S),
    late_s: within(late, 0, LATE_MOST_S),
    grace_s: within(grace, 0, GRACE_MOST_S),
  };
  const save = async (): Promise<void> => {
    if (sending) return;
    const { clock_offset_s, late_s, grace_s } = read;
    if (clock_offset_s === undefined || late_s === undefined || grace_s === undefined)
      return setWrong({
        ...(clock_offset_s === undefined && {
          clock_offset_s: t("A number of seconds, a day at most, with − where its clock is fast."),
        }),
        ...(late_s === undefined && {
          late_s: t("A number of seconds, {n} at most.", { n: LATE_MOST_S }),
        }),
        ...(grace_s === undefined && {
          grace_s: t("A number of seconds, {n} at most.", { n: GRACE_MOST_S }),
        }),
      });
    setSending(true);
    const ack = await command("stream.tune", {
      room: id,
      ...(offset !== first.offset && { clock_offset_s }),
      ...(late !== first.late && { late_s }),
      ...(grace !== first.grace && { grace_s }),
    });
    setSending(false);
    if (ack.ok) return close();
    const field = ack.error.field;
    const name = field === "clock_offset_s" || field === "late_s" || field === "grace_s";
    setWrong({ [name ? field : "other"]: sayOnDesk(ack.error) });
  };
  const typing =
    (set: (text: string) => void) =>
    (text: string): void => {
      set(text);
      setWrong({});
    };
  return (
    <Dialog
      open
      wide
      title={t("How late the picture of {room} is", { room: room?.name ?? "" })}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{t("Cancel")}</Button>
          <Button tone="primary" aria-busy={sending} onClick={() => void save()}>
            {t("Save")}
          </Button>
        </>
      }
    >
      <form
        class="edit"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {seen === null ? (
          <p class="muted">
            {t("Nobody has seen the picture's clock yet. Look at it here, or let somebody watch.")}
          </p>
        ) : (
          <Clocks
            seen={seen}
            zone={zoneOf(id)}
            offset_s={read.clock_offset_s === undefined ? null : (read.clock_offset_s ?? 0)}
            onOffset={(value) => typing(setOffset)(String(value))}
          />
        )}
        {clocked !== undefined && <Look url={clocked.url} kind="hls" onLate={setHere} />}
        <div class="edit-row tuning">
          <Field
            label={t("Added to the picture's clock, in seconds")}
            hint={t("3600 for an encoder that is an hour slow. Empty: its clock is right.")}
            value={offset}
            onValue={typing(setOffset)}
            error={wrong.clock_offset_s}
            inputMode="text"
            placeholder="0"
            autocomplete="off"
          />
          <Field
            label={t("How late an embedded player is, in seconds")}
            hint={t("YouTube, Vimeo and other pages tell no time. Empty: not known.")}
            value={late}
            onValue={typing(setLate)}
            error={wrong.late_s}
            inputMode="decimal"
            placeholder="20"
            autocomplete="off"
          />
          <Field
            label={t("How long deadlines wait for viewers, in seconds at most")}
            hint={t("Votes and questions of those who are late still count. Empty: 45.")}
            value={grace}
            onValue={typing(setGrace)}
            error={wrong.grace_s}
            inputMode="decimal"
            placeholder="45"
            autocomplete="off"
          />
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
