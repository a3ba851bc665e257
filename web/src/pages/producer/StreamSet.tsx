// Setting a room's stream: what its viewers get, now or from an instant on; with a slate, while there is
// none. Where the room is live, it is asked once more.

import { ExternalLink, Plus, TriangleAlert, X } from "lucide";
import { useState } from "preact/hooks";
import { sayOnDesk } from "../../crew/words.ts";
import { cityOf, t, tn } from "../../i18n.ts";
import { serverNow } from "../../net/clock.ts";
import type { Ack, RoomView, SourceWish } from "../../net/protocol.gen.ts";
import { command, rooms, state } from "../../state/store.ts";
import { Button, Dialog, Field, Icon, TextArea } from "../../ui/index.ts";
import { dialog, zoneOf } from "./act.ts";
import { languageName } from "./languages.ts";
import { Look } from "./Look.tsx";
import { sourcesOf, touched } from "./Streams.tsx";
import { addressOf, fieldOf, instantOf, kindName, kindOf, problemOf } from "./streams.ts";

const SOURCES_MOST = 12;
const SLATE_MOST = 200;
const HOUR_MS = 3_600_000;

interface Row {
  url: string;
  language: string;
  label: string;
}

const EMPTY: Row = { url: "", language: "", label: "" };

function rowsOf(room: RoomView): Row[] {
  const rows = sourcesOf(room).map((one) => ({
    url: one.url,
    language: one.language ?? "",
    label: one.label ?? "",
  }));
  return rows.length === 0 ? [EMPTY] : rows;
}

function wishOf(row: Row): SourceWish {
  return {
    url: row.url.trim(),
    ...(row.language !== "" && { language: row.language }),
    ...(row.label.trim() !== "" && { label: row.label.trim() }),
  };
}

/** The languages of the event, and what the rows have besides. */
function languages(rows: readonly Row[]): string[] {
  const all = [...(state.value?.event.languages ?? []), ...rows.map((one) => one.language)];
  return [...new Set(all)].filter((one) => one !== "");
}

function SourceRow(props: {
  row: Row;
  place: number;
  error: string | undefined;
  languages: readonly string[];
  onRow: (row: Row) => void;
  onRemove: (() => void) | null;
}) {
  const { row, place, error, onRow, onRemove } = props;
  const url = addressOf(row.url, location.origin);
  const kind = kindOf(row.url, location.origin);
  const plays = problemOf(row.url, location.origin) === null && (kind === "hls" || kind === "file");
  const list = `languages-${place}`;
  const known = props.languages.map((code) => ({ code, name: languageName(code) }));
  return (
    <fieldset class="source-row">
      <legend class={place === 0 ? "visually-hidden" : undefined}>
        {place === 0 ? t("Stream") : t("In another language")}
      </legend>
      <Field
        label={t("Address")}
        value={row.url}
        onValue={(value) => onRow({ ...row, url: value })}
        hint={url === null ? undefined : kindName(kind)}
        error={error}
        placeholder="https://…/live.m3u8"
        autocomplete="off"
        inputMode="url"
        autoFocus={place === 0}
      />
      <div class="source-more">
        <Field
          label={t("Language")}
          value={row.language}
          onValue={(value) => onRow({ ...row, language: value.trim() })}
          placeholder={known[place]?.code ?? "en"}
          autocomplete="off"
          list={list}
          hint={row.language === "" ? t("A code: en, es") : languageName(row.language)}
        />
        <datalist id={list}>
          {known.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </datalist>
        <Field
          label={t("Name, if the language does not say it")}
          value={row.label}
          onValue={(value) => onRow({ ...row, label: value })}
          placeholder={t("Sign language")}
          autocomplete="off"
          most={60}
        />
        <span class="source-acts">
          {url !== null && (
            <a
              class="button plain bare"
              href={url.href}
              target="_blank"
              rel="noopener noreferrer"
              aria-label={t("Look at it in a new tab")}
              title={t("Look at it in a new tab")}
            >
              <Icon of={ExternalLink} />
            </a>
          )}
          {onRemove !== null && (
            <Button tone="plain" icon={X} label={t("Leave this one out")} onClick={onRemove} />
          )}
        </span>
      </div>
      {plays && <Look url={row.url.trim()} kind={kind} />}
    </fieldset>
  );
}

/** One of two ways; radio buttons that look like one switch. */
export function Segments(props: {
  name: string;
  legend: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onValue: (value: string) => void;
}) {
  return (
    <fieldset class="segments wide">
      <legend class="visually-hidden">{props.legend}</legend>
      {props.options.map(([value, text]) => (
        <label key={value} class={props.value === value ? "on" : ""}>
          <input
            type="radio"
            class="visually-hidden"
            name={props.name}
            checked={props.value === value}
            onChange={() => props.onValue(value)}
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface Wrong {
  rows: Record<number, string>;
  at?: string | undefined;
  slate?: string | undefined;
  other?: string | undefined;
}

const RIGHT: Wrong = { rows: {} };

/** Puts a refusal beside the field it is about, where that is plain. */
function placed(ack: Ack, rows: number): Wrong {
  if (ack.ok) return RIGHT;
  const words = sayOnDesk(ack.error);
  const field = ack.error.field ?? "";
  if (field === "sources" && rows === 1) return { rows: { 0: words } };
  if (field === "at") return { rows: {}, at: words };
  if (field === "slate") return { rows: {}, slate: words };
  return { rows: {}, other: words };
}

export function StreamSet({ room: id, off }: { room: string; off: boolean }) {
  const room = rooms.value.find((one) => one.id === id);
  const zone = zoneOf(id);
  const [what, setWhat] = useState<"stream" | "slate">(off ? "slate" : "stream");
  const [rows, setRows] = useState<Row[]>(() => (room === undefined ? [EMPTY] : rowsOf(room)));
  const [slate, setSlate] = useState(room?.slate ?? "");
  const [from, setFrom] = useState<"now" | "then">("now");
  const [at, setAt] = useState(() => fieldOf(serverNow() + HOUR_MS, zone));
  const [asked, setAsked] = useState(false);
  const [wrong, setWrong] = useState<Wrong>(RIGHT);
  const [sending, setSending] = useState(false);
  const close = (): void => void (dialog.value = null);
  const change = (act: () => void): void => {
    act();
    setWrong(RIGHT);
    setAsked(false);
  };
  const hits = from === "now" ? touched(id) : null;

  const save = async (): Promise<void> => {
    if (sending) return;
    const found: Wrong = { rows: {} };
    if (what === "stream")
      rows.forEach((row, place) => {
        const problem = problemOf(row.url, location.origin);
        if (problem !== null) found.rows[place] = problem;
      });
    const then = from === "now" ? null : instantOf(at, zone);
    if (from === "then" && then === null) found.at = t("Give a day and a time.");
    else if (then !== null && then <= serverNow())
      found.at = t("This time has passed. Choose “Now”, or a later time.");
    if (Object.keys(found.rows).length > 0 || found.at !== undefined) return setWrong(found);
    if (hits !== null && !asked) return setAsked(true);
    setSending(true);
    const ack = await command("stream.set", {
      room: id,
      sources: what === "stream" ? rows.map(wishOf) : [],
      ...(slate.trim() !== "" && { slate: slate.trim() }),
      ...(then !== null && { at: then }),
    });
    setSending(false);
    if (ack.ok) close();
    else {
      setAsked(false);
      setWrong(placed(ack, rows.length));
    }
  };

  const verb =
    from === "then" ? t("Plan it") : what === "slate" ? t("Take it off the air") : t("Put it on");
  return (
    <Dialog
      open
      wide
      title={t("Stream of {room}", { room: room?.name ?? "" })}
      onClose={close}
      actions={
        <>
          {hits !== null && (
            <p class={`caution ${asked ? "asked" : ""}`} role={asked ? "alert" : "note"}>
              <Icon of={TriangleAlert} />
              <span>
                {hits.title !== "" && t("“{session}” is live here.", { session: hits.title })}{" "}
                {hits.watching > 0 &&
                  tn(
                    "{n} viewer changes over at once.",
                    "{n} viewers change over at once.",
                    hits.watching,
                  )}{" "}
                {asked && t("Do it all the same?")}
              </span>
            </p>
          )}
          <Button onClick={close}>{t("Cancel")}</Button>
          <Button
            tone={asked || (what === "slate" && from === "now") ? "danger" : "primary"}
            aria-busy={sending}
            onClick={() => void save()}
          >
            {asked ? t("Yes, do it now") : verb}
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
        <Segments
          name="what"
          legend={t("What viewers get")}
          value={what}
          options={[
            ["stream", t("A stream")],
            ["slate", t("Off the air")],
          ]}
          onValue={(value) => change(() => setWhat(value as "stream" | "slate"))}
        />
        {what === "stream" && (
          <div class="source-rows">
            {rows.map((row, place) => (
              <SourceRow
                key={place}
                row={row}
                place={place}
                error={wrong.rows[place]}
                languages={languages(rows)}
                onRow={(next) =>
                  change(() => setRows(rows.map((one, n) => (n === place ? next : one))))
                }
                onRemove={
                  rows.length < 2
                    ? null
                    : () => change(() => setRows(rows.filter((_, n) => n !== place)))
                }
              />
            ))}
            {rows.length < SOURCES_MOST && (
              <div>
                <Button
                  size="small"
                  icon={Plus}
                  onClick={() => change(() => setRows([...rows, EMPTY]))}
                >
                  {t("Another language, with a stream of its own")}
                </Button>
                <p class="muted small">
                  {t("Languages inside one HLS stream are found by themselves.")}
                </p>
              </div>
            )}
          </div>
        )}
        <TextArea
          label={
            what === "slate"
              ? t("What viewers read meanwhile")
              : t("What viewers read while there is no picture")
          }
          value={slate}
          onValue={(value) => change(() => setSlate(value))}
          placeholder={t("We are back at 16:30.")}
          most={SLATE_MOST}
          rows={what === "slate" ? 2 : 1}
          error={wrong.slate}
          autoFocus={what === "slate"}
        />
        <div class="edit-row">
          <Segments
            name="from"
            legend={t("From when")}
            value={from}
            options={[
              ["now", t("Now")],
              ["then", t("At a time")],
            ]}
            onValue={(value) => change(() => setFrom(value as "now" | "then"))}
          />
          {from === "then" && (
            <Field
              type="datetime-local"
              label={t("From")}
              hint={t("Time in {city}", { city: cityOf(zone) })}
              value={at}
              onValue={(value) => change(() => setAt(value))}
              error={wrong.at}
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
