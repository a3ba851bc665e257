// The rooms' streams: what is on, how it does, who watches, what is to come; and the ways to change that.

import {
  ChevronRight,
  ExternalLink,
  Film,
  RadioTower,
  SlidersHorizontal,
  TvMinimal,
  Undo2,
} from "lucide";
import { boot } from "../../boot.ts";
import { carried } from "../../crew/words.ts";
import { dateKey, number, t, timeIn, tn, weekdayIn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import type { RoomView, SourceView } from "../../net/protocol.gen.ts";
import { command, rooms, sessionOf, streams, type WithId } from "../../state/store.ts";
import { Button, Icon } from "../../ui/index.ts";
import { chooseRoom, dialog, roomId, zoneOf } from "./act.ts";
import { languageName } from "./languages.ts";
import {
  addressOf,
  healthOf,
  hostOf,
  kindName,
  lineThrough,
  rate,
  sourceName,
  span,
} from "./streams.ts";
import { moments } from "./watching.ts";

type Room = WithId<RoomView>;

const LINE = { width: 120, height: 24 };
const LATE_TOP_S = 20; // so that a second more or less does not look like a mountain
const WATCHING_TOP = 5;

/** What the room's viewers get now: what was set, else what the agenda has. */
export function sourcesOf(room: RoomView): readonly SourceView[] {
  return room.stream?.sources ?? [];
}

/** "16:30", with its day where that is not today. */
function when(at: number, room: string): string {
  const zone = zoneOf(room);
  const time = timeIn(at, zone);
  return dateKey(at, zone) === dateKey(now.value, zone) ? time : `${weekdayIn(at, zone)} ${time}`;
}

/** "Español · video.example.org" */
function Source({ of }: { of: SourceView }) {
  const name = sourceName(of, languageName);
  const url = addressOf(of.url, location.origin);
  return (
    <li class="source">
      <span class="source-name">
        {name !== "" && <strong>{name}</strong>} <span>{hostOf(of.url, location.origin)}</span>
        <small>{kindName(of.kind)}</small>
      </span>
      {url !== null && (
        <a
          class="button plain small bare"
          href={url.href}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={t("Look at {source} in a new tab", {
            source: name || hostOf(of.url, location.origin),
          })}
          title={t("Look at it in a new tab")}
        >
          <Icon of={ExternalLink} />
        </a>
      )}
    </li>
  );
}

function Health({ room }: { room: Room }) {
  const told = streams.value?.rooms[room.id];
  const is = healthOf(told?.health);
  if (sourcesOf(room).length === 0) return null;
  if (is === null) return <p class="muted small">{t("The server does not watch this stream.")}</p>;
  const more = [
    told?.late_s === undefined ? "" : t("{time} behind the clock", { time: span(told.late_s) }),
    told?.kbps === undefined ? "" : rate(told.kbps),
    (told?.gaps ?? 0) === 0
      ? ""
      : tn("{n} gap in ten minutes", "{n} gaps in ten minutes", told?.gaps ?? 0),
    told?.since_at === undefined ? "" : t("since {time}", { time: when(told.since_at, room.id) }),
  ].filter((one) => one !== "");
  return (
    <p class="health stream-health">
      <strong class={`dot ${is.tone}`}>{is.words}</strong>{" "}
      <span class="figures">{more.join(" · ")}</span>
      {told?.detail !== undefined && is.tone !== "fine" && <small dir="auto">{told.detail}</small>}
    </p>
  );
}

function Line(props: { room: string; of: "watching" | "late_s"; top: number }) {
  const points = (moments.value[props.room] ?? []).map((one) => ({
    at: one.at,
    value: one[props.of],
  }));
  const path = lineThrough(points, now.value, { ...LINE, top: props.top });
  return (
    <svg
      class={`spark ${props.of}`}
      viewBox={`-1 -1 ${LINE.width + 2} ${LINE.height + 2}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path class="base" d={`M0 ${LINE.height}H${LINE.width}`} />
      {path !== "" && <path class="line" d={path} />}
    </svg>
  );
}

/** Who watches and how late they see it, as figures and as the last ten minutes. */
function Viewers({ room }: { room: Room }) {
  const is = streams.value?.rooms[room.id]?.viewers;
  if (is === undefined || (is.watching === 0 && (moments.value[room.id] ?? []).length < 2))
    return sourcesOf(room).length === 0 ? null : (
      <p class="muted small">{t("Nobody watches in the page yet.")}</p>
    );
  const late = is.late_s;
  return (
    <dl class="viewers" title={t("The last ten minutes")}>
      <div>
        <dt>{t("Watching")}</dt>
        <dd class="figures">{number(is.watching)}</dd>
        <Line room={room.id} of="watching" top={WATCHING_TOP} />
      </div>
      <div>
        <dt>{t("They see it later by")}</dt>
        <dd class="figures">
          {late === undefined ? "–" : span(late.p50)}
          {late !== undefined && <small>{t("90 % within {time}", { time: span(late.p90) })}</small>}
        </dd>
        <Line room={room.id} of="late_s" top={LATE_TOP_S} />
      </div>
      <div class={is.stalled > 0 ? "stalls some" : "stalls"}>
        <dt>{t("Stalled now")}</dt>
        <dd class="figures">
          {number(is.stalled)}
          {is.stalls_per_min > 0 && (
            <small>
              {t("{n} stalls a minute", { n: number(Math.round(is.stalls_per_min * 10) / 10) })}
            </small>
          )}
        </dd>
      </div>
    </dl>
  );
}

function Ahead({ room }: { room: Room }) {
  const ahead = [...(room.streams_ahead ?? [])].sort((a, b) => a.at - b.at);
  if (ahead.length === 0) return null;
  return (
    <div class="streams-ahead">
      <h3>{t("To come")}</h3>
      <ol role="list">
        {ahead.map((one) => {
          const what =
            one.sources.length === 0
              ? one.slate === undefined
                ? t("Off the air")
                : t("Off the air: “{slate}”", { slate: one.slate })
              : one.sources
                  .map(
                    (source) =>
                      sourceName(source, languageName) || hostOf(source.url, location.origin),
                  )
                  .join(", ");
          return (
            <li key={one.at}>
              <time class="figures" dateTime={new Date(one.at).toISOString()}>
                {when(one.at, room.id)}
              </time>
              <span dir="auto">{what}</span>
              <Button
                size="small"
                tone="plain"
                icon={Undo2}
                label={t("Take back what was planned for {time}", { time: when(one.at, room.id) })}
                onClick={() =>
                  void command("stream.unschedule", { room: room.id, at: one.at }).then(carried)
                }
              />
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function What({ room }: { room: Room }) {
  const sources = sourcesOf(room);
  if (sources.length > 0)
    return (
      <ul class="sources" role="list">
        {sources.map((one) => (
          <Source key={one.url} of={one} />
        ))}
        {room.stream?.since_at === undefined && (
          <li class="muted small">{t("As the agenda has it.")}</li>
        )}
      </ul>
    );
  return room.slate === undefined ? (
    <p class="muted small">{t("This room has no stream.")}</p>
  ) : (
    <p class="slate">
      <strong>{t("Off the air")}</strong> <span dir="auto">{room.slate}</span>
    </p>
  );
}

/** What is known of the picture's clock beside health, in a few words. */
function Tuned({ room }: { room: Room }) {
  const { clock_offset_s: clock, late_s: late } = room.stream ?? {};
  const words = [
    clock === undefined || clock === 0
      ? ""
      : t("Clock of the encoder corrected by {time}", { time: span(clock) }),
    late === undefined ? "" : t("Embedded players count as {time} late", { time: span(late) }),
  ].filter((one) => one !== "");
  return words.length === 0 ? null : <p class="muted small figures">{words.join(" · ")}</p>;
}

function Recorded({ room }: { room: Room }) {
  const one = room.recording;
  if (one === undefined) return null;
  return (
    <p class="small recorded">
      <Icon of={Film} />
      <span>
        {t("Recording: {host}, from {time}", {
          host: hostOf(one.url, location.origin),
          time: when(one.started_at, room.id),
        })}{" "}
        <a href={`/e/${boot.event}/archive?room=${encodeURIComponent(room.id)}`}>
          {t("Look at the archive")}
        </a>
      </span>
    </p>
  );
}

function Chosen({ room }: { room: Room }) {
  const some = sourcesOf(room).length > 0;
  return (
    <div class="stream-room" data-room={room.id}>
      <Health room={room} />
      <What room={room} />
      <Viewers room={room} />
      <Tuned room={room} />
      <Ahead room={room} />
      <Recorded room={room} />
      <div class="stream-acts">
        <Button
          size="small"
          icon={RadioTower}
          shortcut="L"
          onClick={() => (dialog.value = { is: "stream", room: room.id })}
        >
          {some ? t("Change…") : t("Set the stream…")}
        </Button>
        {some && (
          <Button
            size="small"
            icon={TvMinimal}
            onClick={() => (dialog.value = { is: "stream", room: room.id, off: true })}
          >
            {t("Off the air…")}
          </Button>
        )}
        <Button
          size="small"
          icon={SlidersHorizontal}
          onClick={() => (dialog.value = { is: "tune", room: room.id })}
        >
          {t("Clock…")}
        </Button>
        <Button
          size="small"
          icon={Film}
          onClick={() => (dialog.value = { is: "recording", room: room.id })}
        >
          {t("Recording…")}
        </Button>
      </div>
    </div>
  );
}

/** Another room in one line; a click goes to it. */
function Other({ room }: { room: Room }) {
  const told = streams.value?.rooms[room.id];
  const is = healthOf(told?.health);
  const sources = sourcesOf(room);
  return (
    <li>
      <button type="button" class="stream-other" onClick={() => chooseRoom(room.id)}>
        <strong>{room.name}</strong>
        <span class={is === null || sources.length === 0 ? "muted" : `dot ${is.tone}`}>
          {sources.length === 0
            ? room.slate === undefined
              ? t("No stream")
              : t("Off the air")
            : (is?.words ?? hostOf(sources[0]?.url ?? "", location.origin))}
        </span>
        {(told?.viewers?.watching ?? 0) > 0 && (
          <span class="figures">
            {tn("{n} watches", "{n} watch", told?.viewers?.watching ?? 0)}
          </span>
        )}
        <Icon of={ChevronRight} />
      </button>
    </li>
  );
}

export function Streams() {
  const all = rooms.value;
  const chosen = all.find((one) => one.id === roomId.value);
  const others = all.filter((one) => one.id !== roomId.value);
  return (
    <section class="streams" aria-labelledby="streams">
      <header>
        <h2 id="streams">
          {all.length > 1 && chosen !== undefined
            ? t("Stream of {room}", { room: chosen.name })
            : t("Stream")}
        </h2>
      </header>
      {chosen !== undefined && <Chosen room={chosen} key={chosen.id} />}
      {others.length > 0 && (
        <ul role="list" class="stream-others" aria-label={t("Streams of the other rooms")}>
          {others.map((one) => (
            <Other key={one.id} room={one} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** What is live in a room, and how many watch: who changes its stream should know. */
export function touched(room: string): { title: string; watching: number } | null {
  const on = sessionOf(rooms.value.find((one) => one.id === room)?.live);
  const watching = streams.value?.rooms[room]?.viewers?.watching ?? 0;
  return on === null && watching === 0 ? null : { title: on?.title ?? "", watching };
}
