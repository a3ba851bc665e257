// What the layouts share: the top line, the line of progress, next, and the invitation.

import { Fragment, type ComponentChildren } from "preact";
import { boot } from "../boot.ts";
import { cityOf, dateKey, duration, minutes, t, timeIn } from "../i18n.ts";
import { now } from "../net/clock.ts";
import type { EventView, SpeakerView } from "../net/protocol.gen.ts";
import { ProgressLine, remaining, urgency } from "../ui/time.tsx";
import type { Session } from "./moment.ts";
import type { Scene } from "./scene.ts";

const DAY_MS = 86_400_000;
const CALM_MS = 10 * 60_000;
const LONG = 18;
const weekdays = new Map<string, Intl.DateTimeFormat>();

function weekday(at: number, zone: string): string {
  let format = weekdays.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(boot.locale, { weekday: "short", timeZone: zone });
    weekdays.set(zone, format);
  }
  return format.format(at);
}

/** The event's zones other than the venue's, those with the same time together. */
function otherZones(event: EventView, at: number): { time: string; cities: string }[] {
  const groups = new Map<string, string[]>();
  const here = dateKey(at, event.timezone);
  for (const zone of event.zones) {
    if (zone.name === event.timezone) continue;
    const day = dateKey(at, zone.name) === here ? "" : `${weekday(at, zone.name)} `;
    const time = day + timeIn(at, zone.name);
    groups.set(time, [...(groups.get(time) ?? []), zone.label || cityOf(zone.name)]);
  }
  return [...groups].map(([time, cities]) => ({ time, cities: cities.join(", ") }));
}

function Clocks({ event }: { event: EventView }) {
  const at = now.value;
  const here = event.zones.find((zone) => zone.name === event.timezone)?.label;
  return (
    <div class="clocks">
      <p class="clock-here">
        <span>{here ?? cityOf(event.timezone)}</span>
        <time>{timeIn(at, event.timezone)}</time>
      </p>
      <ul class="clock-others" role="list">
        {otherZones(event, at).map(({ time, cities }) => (
          <li key={cities}>
            {cities} <time>{time}</time>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The event, the room, the time here and there. */
export function TopLine({ scene, bare = false }: { scene: Scene; bare?: boolean }) {
  const { event, room } = scene;
  return (
    <header class="top">
      {bare ? (
        <span />
      ) : (
        <div class="whose">
          <p class="whose-event">{event.title}</p>
          {room.name && <p class="whose-room">{room.name}</p>}
        </div>
      )}
      <Clocks event={event} />
    </header>
  );
}

/** "12:05" of a live session, "+01:10" over, with the word for it. */
export function TimeLeft({ session }: { session: Session }) {
  const left = remaining(session, now.value);
  if (left === null) return null;
  const is = session.paused_at !== undefined ? "paused" : urgency(left);
  const words = { paused: t("left"), live: t("left"), late: t("left"), over: t("over time") };
  const shown = left < 0 ? left : Math.ceil(left / 1000) * 1000;
  return (
    <p class={`time-left ${is}`}>
      <time>
        {left < 0 ? "+" : ""}
        {duration(shown)}
      </time>{" "}
      <span>{words[is]}</span>
    </p>
  );
}

/** How far a session is, along the bottom edge of its block. */
export function Progress({ session }: { session: Session }) {
  return (
    <div class={session.paused_at === undefined ? "progress" : "progress held"}>
      <ProgressLine session={session} />
    </div>
  );
}

/** A title of which no word is broken at its hyphen. */
export function Words({ of }: { of: string }) {
  if (!of.includes("-")) return <>{of}</>;
  const words = of.split(" ");
  return (
    <>
      {words.map((word, place) => (
        <Fragment key={place}>
          {place > 0 && " "}
          {/^.+-.+$/.test(word) && word.length <= LONG ? <span class="nobr">{word}</span> : word}
        </Fragment>
      ))}
    </>
  );
}

/** "in 35 min" until an instant, to the second in the last ten minutes; "in a moment" when due. */
export function Until({ at: instant }: { at: number }) {
  const rest = instant - now.value;
  if (rest <= 0) return <>{t("in a moment")}</>;
  if (rest >= 2 * DAY_MS) return <>{t("in {n} days", { n: Math.floor(rest / DAY_MS) })}</>;
  const exact = Math.ceil(rest / 1000) * 1000;
  const time = exact > CALM_MS ? minutes(rest) : duration(exact);
  return <span class="figures">{t("in {time}", { time })}</span>;
}

/** "about 10 min late", where the public was told so. */
export function Late({ scene }: { scene: Scene }) {
  if (scene.late_s < 300) return null;
  return (
    <span class="late-word">{t("about {time} late", { time: minutes(scene.late_s * 1000) })}</span>
  );
}

/** When a session starts, in words of the hall: a time, or "right after". */
export function StartOf({ session, scene }: { session: Session; scene: Scene }) {
  const at = session.expected_start_at;
  const zone = scene.event.timezone;
  if (at <= now.value) return <span>{t("right after")}</span>;
  const other = dateKey(at, zone) === dateKey(now.value, zone) ? "" : `${weekday(at, zone)} `;
  return (
    <time>
      {other}
      {timeIn(at, zone)}
    </time>
  );
}

export function Next({ scene, word }: { scene: Scene; word?: string }) {
  const next = "next" in scene.moment ? scene.moment.next : null;
  if (next === null) return <span />;
  return (
    <section class="next">
      <p class="next-head">
        <span>{word ?? t("Next")}</span> <StartOf session={next} scene={scene} />{" "}
        <Late scene={scene} />
      </p>
      <h2>
        <Words of={next.title} />
      </h2>
    </section>
  );
}

/** A readable address, broken at its strokes only. */
export function Address({ of }: { of: string }) {
  return (
    <>
      {of.split("/").map((part, place) => (
        <Fragment key={place}>
          {place > 0 && "/"}
          {place > 0 && <wbr />}
          <span class="nobr">{part}</span>
        </Fragment>
      ))}
    </>
  );
}

/** The QR code beside one sentence and the readable address. */
export function Join({ scene, large = false }: { scene: Scene; large?: boolean }) {
  if (scene.join === null) return null;
  const { address, qr } = scene.join;
  return (
    <aside class={large ? "join-in large" : "join-in"}>
      <div>
        <p class="join-words">{t("Ask your question")}</p>
        <p class="join-address">
          <Address of={address} />
        </p>
      </div>
      {qr !== null && <img src={qr} alt="" />}
    </aside>
  );
}

const SPEAKERS_MOST = 6;

export function Speakers({ speakers }: { speakers: readonly SpeakerView[] }) {
  if (speakers.length === 0) return null;
  const shown = speakers.length > SPEAKERS_MOST ? speakers.slice(0, SPEAKERS_MOST - 1) : speakers;
  const more = speakers.length - shown.length;
  return (
    <ul class="cast" role="list" data-count={shown.length + (more > 0 ? 1 : 0)}>
      {shown.map((one) => (
        <li key={one.id}>
          <strong>{one.name}</strong>
          <span>{one.affiliation ?? one.role}</span>
        </li>
      ))}
      {more > 0 && <li class="cast-more">{t("and {n} more", { n: more })}</li>}
    </ul>
  );
}

/** A screen of three rows: top line, middle, foot. */
export function Frame(props: {
  scene: Scene;
  name: string;
  bare?: boolean;
  foot?: ComponentChildren;
  children: ComponentChildren;
}) {
  const { scene, name, bare = false, foot, children } = props;
  return (
    <div class={`frame ${name}`}>
      <TopLine scene={scene} bare={bare} />
      <main class="middle">{children}</main>
      {foot && <footer class="foot">{foot}</footer>}
    </div>
  );
}
