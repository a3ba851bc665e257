// The sign beside a door: the room's name, what is behind it now, and what comes there today.

import { kindName, range, t, timeIn, weekdayIn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import { LiveMark } from "../../ui/marks.tsx";
import { useFit } from "../fit.ts";
import { dayOf, delayOf, endOf, isPause, type Session } from "../moment.ts";
import {
  Clocks,
  Join,
  Logo,
  Printed,
  Progress,
  Speakers,
  TimeLeft,
  Until,
  Words,
} from "../parts.tsx";
import type { Scene } from "../scene.ts";
import { Slide } from "../Slide.tsx";

const AHEAD_MOST = 4;

function Head({ scene, session }: { scene: Scene; session: Session }) {
  const { moment, zone } = scene;
  if (moment.is === "live" || moment.is === "break") {
    const paused = session.paused_at !== undefined;
    const word = moment.is === "break" ? t("Break") : scene.believed ? t("Live") : t("Now");
    return (
      <div class="lede">
        <p class="head-what">
          <LiveMark is={paused ? "paused" : "live"} text={paused ? t("Paused") : word} />
          <span class="figures">
            {range(session.started_at ?? session.start_at, endOf(session), zone)}
          </span>
        </p>
        <TimeLeft session={session} />
      </div>
    );
  }
  if (moment.is === "cancelled")
    return (
      <div class="lede">
        <p class="head-what">
          <strong class="cancelled-word">{t("Cancelled")}</strong>
          <s class="printed">
            {range(session.start_at, session.start_at + session.duration_s * 1000, zone)}
          </s>
        </p>
      </div>
    );
  const at = session.expected_start_at;
  const late = delayOf(session) > 0;
  return (
    <div class="lede">
      <p class="head-what">
        <span class={late ? "head-next late-word" : "head-next"}>
          {late ? t("Delayed") : t("Next")}
        </span>
        <Printed session={session} zone={zone} />
        <time>
          {moment.is === "night" && `${weekdayIn(at, zone)} `}
          {range(at, session.expected_end_at, zone)}
        </time>
      </p>
      <p class="starts-in">
        <Until at={at} />
      </p>
    </div>
  );
}

function Middle({ session }: { session: Session }) {
  const kind = kindName(session.kind);
  const cast = session.speakers.map((one) => one.name).join();
  const box = useFit(`${session.title}\n${cast}`, { least: 3, most: 11, dense: 3, content: 4.4 });
  return (
    <div class="fit" ref={box}>
      <div class="fit-in">
        {kind && !isPause(session) && <p class="door-kind">{kind}</p>}
        <h1 data-fit>
          <Words of={session.title} />
        </h1>
        <Speakers speakers={session.speakers} />
      </div>
    </div>
  );
}

function Ahead({ scene, after }: { scene: Scene; after: Session }) {
  const { zone } = scene;
  const day = dayOf(scene.sessions, zone, now.value);
  const place = day.findIndex((one) => one.id === after.id);
  const coming = day
    .slice(place + 1)
    .filter((one) => one.status === "scheduled" || one.status === "cancelled")
    .slice(0, AHEAD_MOST);
  if (coming.length === 0) return null;
  return (
    <section class="door-ahead">
      <h2>{t("Later here")}</h2>
      <ol role="list">
        {coming.map((one) => (
          <li key={one.id} class={one.status === "cancelled" ? "gone" : undefined}>
            <p class="door-time">
              <time>
                {timeIn(one.status === "cancelled" ? one.start_at : one.expected_start_at, zone)}
              </time>
              <Printed session={one} zone={zone} />
            </p>
            <p class="door-title">
              <span>
                <Words of={one.title} />
              </span>
              {one.status === "cancelled" && <strong class="over-word">{t("Cancelled")}</strong>}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Nothing comes here any more, or nothing is known of this room. */
function Empty({ scene }: { scene: Scene }) {
  const text = scene.moment.is === "after" ? t("Nothing more here") : scene.event.title;
  const box = useFit(text, { least: 4, most: 11 });
  return (
    <div class="fit door-empty" ref={box}>
      <div class="fit-in">
        <h1 data-fit>{text}</h1>
        {scene.moment.is === "after" && <p class="calm-more">{t("Thank you for coming.")}</p>}
      </div>
    </div>
  );
}

function Name({ scene }: { scene: Scene }) {
  const name = scene.room.name || scene.event.title;
  const box = useFit(name, { least: 4, most: 13 });
  return (
    <div class="fit door-name" role="region" aria-label={t("Room")} ref={box}>
      <div class="fit-in">
        <p data-fit>
          <Words of={name} />
        </p>
        {scene.room.place && <p class="door-place">{scene.room.place}</p>}
      </div>
    </div>
  );
}

function Sign({ scene }: { scene: Scene }) {
  const { moment } = scene;
  const session =
    "now" in moment
      ? moment.now
      : "gone" in moment
        ? moment.gone
        : "next" in moment
          ? moment.next
          : null;
  const running = moment.is === "live" || moment.is === "break";
  return (
    <div class={`frame door ${moment.is}`}>
      <header class="door-top">
        <div class="whose">
          <Logo scene={scene} />
          <p class="whose-event">{scene.event.title}</p>
        </div>
        <Clocks scene={scene} />
      </header>
      <Name scene={scene} />
      <main class="middle">
        {session === null ? (
          <Empty scene={scene} />
        ) : (
          <section class="block">
            <Head scene={scene} session={session} />
            <Middle session={session} />
            {running && <Progress session={session} />}
          </section>
        )}
      </main>
      {session !== null && (
        <footer class="door-foot">
          <Ahead scene={scene} after={session} />
          <Join scene={scene} />
        </footer>
      )}
    </div>
  );
}

export function Door({ scene }: { scene: Scene }) {
  return (
    <Slide of={scene.moment.key}>
      <Sign scene={scene} />
    </Slide>
  );
}
