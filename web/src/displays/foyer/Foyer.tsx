// All rooms at once, for whoever stands in front of them: where, what is on, what comes.

import { dayIn, left, t, timeIn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import { endOf, type Moment, type Session } from "../moment.ts";
import { NowNext } from "../now-next/NowNext.tsx";
import { usePages } from "../pages.ts";
import { Frame, Late, PageSign, Printed, Until, Words } from "../parts.tsx";
import type { Hall, Scene } from "../scene.ts";
import { Slide } from "../Slide.tsx";

const ARROW = /^([\u2190-\u2199])\s*/;

/** "2nd floor", with the arrow that it may begin with set apart. */
function Place({ of }: { of: string }) {
  const arrow = ARROW.exec(of);
  if (of === "") return null;
  return (
    <p class="room-place">
      {arrow && <span class="room-arrow">{arrow[1]}</span>}
      {of.replace(ARROW, "")}
    </p>
  );
}

function Title({ of }: { of: Session }) {
  return (
    <h2 class="room-title">
      <Words of={of.title} />
    </h2>
  );
}

function On({ scene, hall, session }: { scene: Scene; hall: Hall; session: Session }) {
  const at = now.value;
  const over = endOf(session) < at;
  const word = hall.moment.is === "break" ? t("Break") : scene.believed ? t("Live") : t("Now");
  return (
    <>
      <p class="room-state on">
        <strong>{session.paused_at === undefined ? word : t("Paused")}</strong>
        <span class={over ? "over-word" : undefined}>{left(endOf(session), at)}</span>
      </p>
      <Title of={session} />
    </>
  );
}

function Coming({ hall, session }: { hall: Hall; session: Session }) {
  return (
    <>
      <p class="room-state">
        <strong>
          {t("Starts at {time}", { time: timeIn(session.expected_start_at, hall.zone) })}
        </strong>
        <Printed session={session} zone={hall.zone} />
        <span>
          <Until at={session.expected_start_at} />
        </span>
        <Late session={session} />
      </p>
      <Title of={session} />
    </>
  );
}

function Now({ scene, hall }: { scene: Scene; hall: Hall }) {
  const { moment, zone } = hall;
  switch (moment.is) {
    case "live":
    case "break":
      return <On scene={scene} hall={hall} session={moment.now} />;
    case "before":
    case "between":
      return <Coming hall={hall} session={moment.next} />;
    case "cancelled":
      return (
        <>
          <p class="room-state">
            <strong class="over-word">{t("Cancelled")}</strong>
            <s class="printed">{timeIn(moment.gone.start_at, zone)}</s>
          </p>
          <Title of={moment.gone} />
        </>
      );
    case "night":
      return (
        <>
          <p class="room-state">
            <strong>{t("Over for today")}</strong>
          </p>
          <p class="room-quiet">
            {t("We go on {day} at {time}", {
              day: dayIn(moment.next.expected_start_at, zone),
              time: timeIn(moment.next.expected_start_at, zone),
            })}
          </p>
        </>
      );
    case "after":
    case "unknown":
      return (
        <p class="room-state">
          <strong>{t("Nothing more here")}</strong>
        </p>
      );
  }
}

function Then({ hall }: { hall: Hall }) {
  const { moment, zone } = hall;
  const next = moment.is === "live" || moment.is === "break" || moment.is === "cancelled";
  if (!next || moment.next === null) return <div class="room-next" />;
  const { expected_start_at: at, title } = moment.next;
  return (
    <div class="room-next">
      <p class="room-state">
        {at <= now.value ? (
          <strong>{t("right after")}</strong>
        ) : (
          <>
            <strong>
              <time>{timeIn(at, zone)}</time>
            </strong>
            <Printed session={moment.next} zone={zone} />
          </>
        )}
      </p>
      <p class="room-then">
        <Words of={title} />
      </p>
    </div>
  );
}

const keyOf = (moment: Moment): string =>
  moment.key + ("next" in moment ? (moment.next?.id ?? "") + (moment.next?.title ?? "") : "");

function Halls({ scene }: { scene: Scene }) {
  const { halls, zone } = scene;
  const text = halls.map((hall) => `${hall.name}${hall.place}${keyOf(hall.moment)}`).join();
  const most = halls.length === 1 ? 8 : 6.4;
  const { box, page, pages } = usePages(text, { least: 3, most, paged: 3.6 });
  return (
    <Frame scene={scene} name="foyer" whole>
      <section class="block">
        <div class="lede">
          <p class="head-day">{dayIn(now.value, zone)}</p>
          <PageSign page={page} pages={pages} />
        </div>
        <div class="pages" ref={box}>
          <ul class="rooms" role="list" data-count={halls.length}>
            {halls.map((hall) => (
              <li key={hall.id} class={`room-row ${hall.moment.is}`}>
                <div class="room-where">
                  <p class="room-name">{hall.name}</p>
                  <Place of={hall.place} />
                </div>
                <div class="room-now">
                  <Now scene={scene} hall={hall} />
                </div>
                <Then hall={hall} />
              </li>
            ))}
          </ul>
        </div>
      </section>
    </Frame>
  );
}

export function Foyer({ scene }: { scene: Scene }) {
  const over = scene.halls.every(({ moment }) => moment.is === "after" || moment.is === "unknown");
  if (over) return <NowNext scene={scene} />;
  return (
    <Slide of="foyer">
      <Halls scene={scene} />
    </Slide>
  );
}
