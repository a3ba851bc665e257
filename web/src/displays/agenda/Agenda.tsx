// The day of a room as a column of times: what is over dimmed, what is on across the full width.

import { dayIn, left, t, timeIn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import { dayOf, delayOf, endOf, isPause, type Session } from "../moment.ts";
import { NowNext } from "../now-next/NowNext.tsx";
import { usePages } from "../pages.ts";
import { Frame, Invite, PageSign, Printed, Progress, Until, Words } from "../parts.tsx";
import type { Scene } from "../scene.ts";
import { Slide } from "../Slide.tsx";

/** Where a session stands, for whoever looks for theirs. */
function standing(scene: Scene, session: Session): "on" | "gone" | "past" | "next" | "ahead" {
  const { moment } = scene;
  if ("now" in moment && moment.now.id === session.id) return "on";
  if (session.status === "cancelled") return "gone";
  const at = now.value;
  if (session.status === "ended") return "past";
  if (!scene.believed && endOf(session) <= at) return "past";
  return "next" in moment && moment.next?.id === session.id ? "next" : "ahead";
}

/** How long what is on still takes. */
function Remaining({ scene, session }: { scene: Scene; session: Session }) {
  if (session.paused_at !== undefined) return <span>{t("Paused")}</span>;
  const rest = endOf(session) - now.value;
  return (
    <>
      <strong class="slot-word">
        {scene.believed && !isPause(session) ? t("Live") : t("Now")}
      </strong>
      <span class={rest < 0 ? "over-word" : undefined}>{left(endOf(session), now.value)}</span>
    </>
  );
}

function Row({ scene, session }: { scene: Scene; session: Session }) {
  const is = standing(scene, session);
  const { zone } = scene;
  const names = session.speakers.map((one) => one.name).join(", ");
  const starts = is === "on" ? session.start_at : session.expected_start_at;
  return (
    <li class={`slot at-${is}${isPause(session) ? " at-pause" : ""}`} aria-current={is === "on"}>
      <p class="slot-time">
        <time>{timeIn(is === "past" || is === "gone" ? session.start_at : starts, zone)}</time>
        <Printed session={session} zone={zone} />
      </p>
      <div class="slot-what">
        <h2>
          <Words of={session.title} />
        </h2>
        {names !== "" && !isPause(session) && <p class="slot-names">{names}</p>}
      </div>
      <p class="slot-state">
        {is === "on" && <Remaining scene={scene} session={session} />}
        {is === "gone" && <strong class="over-word">{t("Cancelled")}</strong>}
        {is === "next" && (
          <>
            {delayOf(session) > 0 ? (
              <strong class="late-word">{t("Delayed")}</strong>
            ) : (
              <strong>{t("Next")}</strong>
            )}
            <span>
              <Until at={session.expected_start_at} />
            </span>
          </>
        )}
        {is === "ahead" && delayOf(session) > 0 && (
          <strong class="late-word">{t("Delayed")}</strong>
        )}
      </p>
      {is === "on" && <Progress session={session} />}
    </li>
  );
}

function Day({ scene }: { scene: Scene }) {
  const { zone, home } = scene;
  const day = dayOf(scene.sessions, zone, now.value);
  const text = day.map((one) => `${one.id}${one.title}${standing(scene, one)}${delayOf(one)}`);
  const { box, page, pages } = usePages(text.join(), {
    least: 3,
    most: 4.6,
    paged: 3.4,
    dense: 3,
  });
  const first = day[0];
  return (
    <Frame scene={scene} name="agenda">
      <section class="block">
        <div class="lede">
          <p class="head-day">{first && dayIn(first.start_at, zone)}</p>
          <PageSign page={page} pages={pages} />
        </div>
        <div class="columns">
          <div class="pages" ref={box}>
            <ol class="slots" role="list">
              {day.map((one) => (
                <Row key={one.id} scene={scene} session={one} />
              ))}
            </ol>
          </div>
          {home?.qr && (
            <Invite to={home} words={scene.join ? t("Ask your question") : t("On your phone")} />
          )}
        </div>
      </section>
    </Frame>
  );
}

export function Agenda({ scene }: { scene: Scene }) {
  const { moment } = scene;
  if (moment.is === "after" || moment.is === "unknown") return <NowNext scene={scene} />;
  return (
    <Slide of="agenda">
      <Day scene={scene} />
    </Slide>
  );
}
