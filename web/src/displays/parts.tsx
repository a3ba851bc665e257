// What the layouts share: the top line, the line of progress, next, and the invitation.

import { Fragment, type ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { cityOf, dateKey, duration, minutes, t, timeIn, weekdayIn } from "../i18n.ts";
import { now } from "../net/clock.ts";
import type { EventView, SpeakerView } from "../net/protocol.gen.ts";
import { ProgressLine, remaining, urgency } from "../ui/time.tsx";
import { delayOf, type Session } from "./moment.ts";
import type { Scene } from "./scene.ts";

const DAY_MS = 86_400_000;
const CALM_MS = 10 * 60_000;
const LONG = 18;

/** The event's zones other than the room's, those with the same time together. */
function otherZones(event: EventView, own: string, at: number): { time: string; cities: string }[] {
  const groups = new Map<string, string[]>();
  const here = dateKey(at, own);
  for (const zone of event.zones) {
    if (zone.name === own) continue;
    const day = dateKey(at, zone.name) === here ? "" : `${weekdayIn(at, zone.name)} `;
    const time = day + timeIn(at, zone.name);
    groups.set(time, [...(groups.get(time) ?? []), zone.label || cityOf(zone.name)]);
  }
  return [...groups].map(([time, cities]) => ({ time, cities: cities.join(", ") }));
}

/** What a zone is called on this event's screens. */
export function placeOf(event: EventView, zone: string): string {
  return event.zones.find((one) => one.name === zone)?.label || cityOf(zone);
}

export function Clocks({ scene }: { scene: Scene }) {
  const { event, zone, options } = scene;
  const at = now.value;
  return (
    <div class="clocks">
      <p class="clock-here">
        <span>{placeOf(event, zone)}</span>
        <time>{timeIn(at, zone)}</time>
      </p>
      {options.zones && (
        <ul class="clock-others" role="list">
          {otherZones(event, zone, at).map(({ time, cities }) => (
            <li key={cities}>
              {cities} <time>{time}</time>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The event's sign; one that cannot be loaded leaves no hole. */
export function Logo({ scene }: { scene: Scene }) {
  const { logo = "" } = scene.options;
  const [failed, setFailed] = useState("");
  useEffect(() => {
    if (failed === "") return undefined;
    const again = setTimeout(() => setFailed(""), 5 * 60_000);
    return () => clearTimeout(again);
  }, [failed]);
  if (logo === "" || failed === logo) return null;
  return <img class="logo" src={logo} alt="" onError={() => setFailed(logo)} />;
}

/** The event, the room, the time here and there. */
export function TopLine(props: { scene: Scene; bare?: boolean; whole?: boolean }) {
  const { scene, bare = false, whole = false } = props;
  const { event, room } = scene;
  return (
    <header class="top">
      <div class="whose">
        <Logo scene={scene} />
        {!bare && (
          <div class="whose-text">
            <p class="whose-event">{event.title}</p>
            {room.name && !whole && <p class="whose-room">{room.name}</p>}
          </div>
        )}
      </div>
      <Clocks scene={scene} />
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
export function Late({ session }: { session: Session }) {
  const delay = delayOf(session);
  if (delay === 0) return null;
  return <span class="late-word">{t("about {time} late", { time: minutes(delay) })}</span>;
}

/** A time that holds, beside the printed one where that does not; "right after" when it has come. */
export function StartOf({ session, scene }: { session: Session; scene: Scene }) {
  const at = session.expected_start_at;
  const { zone } = scene;
  if (at <= now.value) return <span>{t("right after")}</span>;
  const other = dateKey(at, zone) === dateKey(now.value, zone) ? "" : `${weekdayIn(at, zone)} `;
  return (
    <>
      <Printed session={session} zone={zone} />
      <time>
        {other}
        {timeIn(at, zone)}
      </time>
    </>
  );
}

/** The printed time of a session that is delayed, struck out. */
export function Printed({ session, zone }: { session: Session; zone: string }) {
  if (delayOf(session) === 0) return null;
  return <s class="printed">{timeIn(session.start_at, zone)}</s>;
}

export function Next({ scene, word }: { scene: Scene; word?: string }) {
  const next = "next" in scene.moment ? scene.moment.next : null;
  if (next === null) return <span />;
  return (
    <section class="up-next">
      <p class="next-head">
        <span>{word ?? t("Next")}</span> <StartOf session={next} scene={scene} />{" "}
        <Late session={next} />
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
export function Join({ scene }: { scene: Scene }) {
  return scene.join && <Invite to={scene.join} words={t("Ask your question")} />;
}

export function Invite({ to, words }: { to: NonNullable<Scene["home"]>; words: string }) {
  const { address, qr } = to;
  return (
    <aside class="join-in">
      <div>
        <p class="join-words">{words}</p>
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
  /** Without the event's name above, because it is in the middle. */
  bare?: boolean;
  /** Of the whole event, not of a room. */
  whole?: boolean;
  foot?: ComponentChildren;
  children: ComponentChildren;
}) {
  const { scene, name, bare = false, whole = false, foot, children } = props;
  return (
    <div class={`frame ${name}`}>
      <TopLine scene={scene} bare={bare} whole={whole} />
      <main class="middle">{children}</main>
      {foot && <footer class="foot">{foot}</footer>}
    </div>
  );
}

/** Which page of how many, where there are several. */
export function PageSign({ page, pages }: { page: number; pages: number }) {
  if (pages < 2) return null;
  return (
    <p
      class="page-sign"
      role="img"
      aria-label={t("Page {n} of {all}", { n: page + 1, all: pages })}
    >
      {Array.from({ length: pages }, (_, one) => (
        <i key={one} class={one === page ? "on" : undefined} />
      ))}
    </p>
  );
}
