// Now and next of a room. Each moment has a composition of its own.

import { dayIn, kindName, minutes, range, t, timeIn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import { LiveMark } from "../../ui/marks.tsx";
import { useFit } from "../fit.ts";
import { delayOf, endOf, type Session } from "../moment.ts";
import {
  Address,
  Frame,
  Invite,
  Join,
  Late,
  Next,
  Printed,
  Progress,
  Speakers,
  TimeLeft,
  Until,
  Words,
} from "../parts.tsx";
import type { Scene } from "../scene.ts";
import { Slide } from "../Slide.tsx";

function TitleAndCast({ session }: { session: Session }) {
  const cast = session.speakers.map((one) => one.name).join();
  const box = useFit(`${session.title}\n${cast}`, { least: 3, most: 13, dense: 3, content: 4.6 });
  return (
    <div class="fit" ref={box}>
      <div class="fit-in">
        <h1 data-fit>
          <Words of={session.title} />
        </h1>
        <Speakers speakers={session.speakers} />
      </div>
    </div>
  );
}

function Live({ scene, session }: { scene: Scene; session: Session }) {
  const kind = kindName(session.kind);
  const paused = session.paused_at !== undefined;
  return (
    <Frame
      scene={scene}
      name="live"
      foot={
        <>
          <Next scene={scene} />
          <Join scene={scene} />
        </>
      }
    >
      <section class="block">
        <div class="lede">
          <p class="head-what">
            <LiveMark
              is={paused ? "paused" : "live"}
              text={paused ? t("Paused") : scene.believed ? t("Live") : t("Now")}
            />
            {kind && <span>{kind}</span>}
          </p>
          <TimeLeft session={session} />
        </div>
        <TitleAndCast session={session} />
        <Progress session={session} />
      </section>
    </Frame>
  );
}

/** A break: calm, and when to be back. */
function Pause({ scene, session, next }: { scene: Scene; session: Session; next: Session | null }) {
  const zone = scene.zone;
  const back = next?.expected_start_at ?? endOf(session);
  const box = useFit(session.title, { least: 4, most: 17 });
  const due = back <= now.value;
  return (
    <Frame scene={scene} name="pause" foot={<NextUp scene={scene} next={next} />}>
      <section class="block">
        <div class="fit" ref={box}>
          <div class="fit-in">
            <h1 data-fit>{session.title}</h1>
            <p class="back">
              <span class="figures">
                {due
                  ? t("We go on in a moment")
                  : t("Back at {time}", { time: timeIn(back, zone) })}
              </span>
              {!due && (
                <span class="back-in">
                  <Until at={back} />
                </span>
              )}
            </p>
          </div>
        </div>
        <Progress session={session} />
      </section>
    </Frame>
  );
}

function NextUp({ scene, next }: { scene: Scene; next: Session | null }) {
  return (
    <>
      {next === null ? (
        <span />
      ) : (
        <section class="up-next">
          <p class="next-head">
            <span>{t("After that")}</span> <Late session={next} />
          </p>
          <h2>
            <Words of={next.title} />
          </h2>
        </section>
      )}
      <Join scene={scene} />
    </>
  );
}

/** Between two sessions: what is next, and in how long. */
function Between({ scene, next }: { scene: Scene; next: Session }) {
  const zone = scene.zone;
  const delay = delayOf(next);
  return (
    <Frame scene={scene} name="between" foot={<Join scene={scene} />}>
      <section class="block">
        <div class="lede">
          <p class="head-what">
            {delay === 0 ? (
              <span class="head-next">{t("Next")}</span>
            ) : (
              <span class="head-next late-word">{t("Delayed")}</span>
            )}
            <Printed session={next} zone={zone} />
            <time>{timeIn(next.expected_start_at, zone)}</time>
            {delay > 0 && <span>{t("about {time} later", { time: minutes(delay) })}</span>}
          </p>
          <p class="starts-in">
            <Until at={next.expected_start_at} />
          </p>
        </div>
        <TitleAndCast session={next} />
      </section>
    </Frame>
  );
}

/** Before the first session: what this will be, and when it begins. */
function Before({ scene, next }: { scene: Scene; next: Session }) {
  const { event, zone } = scene;
  const box = useFit(event.title, { least: 4, most: 15 });
  const start = next.expected_start_at;
  return (
    <Frame
      scene={scene}
      name="before"
      bare
      foot={
        <>
          <Next scene={scene} word={t("First")} />
          <Join scene={scene} />
        </>
      }
    >
      <section class="block">
        <div class="fit" ref={box}>
          <div class="fit-in">
            <p class="before-day">{dayIn(start, zone)}</p>
            <h1 data-fit>{event.title}</h1>
            {event.venue && <p class="before-venue">{event.venue}</p>}
          </div>
        </div>
        <p class="begins">
          {start <= now.value ? (
            t("We begin in a moment")
          ) : (
            <>
              <span class="figures">
                {t("Begins at {time}", { time: timeIn(start, zone) })}
                {delayOf(next) > 0 && (
                  <>
                    {" "}
                    <Printed session={next} zone={zone} />
                  </>
                )}
              </span>
              <span class="begins-in">
                <Until at={start} />
              </span>
            </>
          )}
        </p>
      </section>
    </Frame>
  );
}

/** What is printed and does not take place; beside it, what does. */
function Cancelled({ scene, gone, next }: { scene: Scene; gone: Session; next: Session | null }) {
  const { zone } = scene;
  const box = useFit(gone.title, { least: 3.4, most: 10 });
  return (
    <Frame
      scene={scene}
      name="cancelled"
      foot={
        next !== null && (
          <>
            <Next scene={scene} word={t("We go on with")} />
            <p class="starts-in">
              <Until at={next.expected_start_at} />
            </p>
          </>
        )
      }
    >
      <section class="block">
        <div class="lede">
          <p class="head-what">
            <strong class="cancelled-word">{t("Cancelled")}</strong>
            <s class="printed">
              {range(gone.start_at, gone.start_at + gone.duration_s * 1000, zone)}
            </s>
          </p>
        </div>
        <div class="fit" ref={box}>
          <div class="fit-in">
            <h1 data-fit>
              <Words of={gone.title} />
            </h1>
            <p class="cancelled-more">{t("This session does not take place.")}</p>
          </div>
        </div>
      </section>
    </Frame>
  );
}

/** The end of a day that is not the last. */
function Night({ scene, next }: { scene: Scene; next: Session }) {
  const { zone } = scene;
  const text = t("That was today");
  const box = useFit(text, { least: 4, most: 18 });
  const at = next.expected_start_at;
  return (
    <Frame
      scene={scene}
      name="night"
      foot={
        <section class="up-next">
          <p class="next-head">
            <span>{t("First")}</span> <time>{timeIn(at, zone)}</time>
          </p>
          <h2>
            <Words of={next.title} />
          </h2>
        </section>
      }
    >
      <section class="block">
        <div class="fit" ref={box}>
          <div class="fit-in">
            <h1 data-fit>{text}</h1>
            <p class="back">
              {t("We go on {day} at {time}", { day: dayIn(at, zone), time: timeIn(at, zone) })}
            </p>
          </div>
        </div>
      </section>
    </Frame>
  );
}

/** The end, or a room of which nothing is known: the event's name, and thanks. */
function Calm({ scene, thanks }: { scene: Scene; thanks: boolean }) {
  const { event, home } = scene;
  const text = thanks ? t("Thank you") : event.title;
  const box = useFit(text, { least: 4, most: 22 });
  const coded = home !== null && home.qr !== null;
  return (
    <Frame
      scene={scene}
      name="calm"
      bare
      foot={
        thanks && coded ? (
          <>
            <span />
            <Invite to={home} words={t("Agenda and answers stay here")} />
          </>
        ) : undefined
      }
    >
      <section class="block">
        <div class="fit" ref={box}>
          <div class="fit-in">
            <h1 data-fit>{text}</h1>
            {thanks ? (
              <p class="calm-more">{t("{event} has ended.", { event: event.title })}</p>
            ) : (
              event.venue && <p class="calm-more">{event.venue}</p>
            )}
            {thanks && home !== null && !coded && (
              <p class="calm-more calm-where">
                {t("Agenda and answers stay at")}{" "}
                <strong>
                  <Address of={home.address} />
                </strong>
              </p>
            )}
          </div>
        </div>
      </section>
    </Frame>
  );
}

function compose(scene: Scene) {
  const { moment } = scene;
  switch (moment.is) {
    case "live":
      return <Live scene={scene} session={moment.now} />;
    case "break":
      return <Pause scene={scene} session={moment.now} next={moment.next} />;
    case "between":
      return <Between scene={scene} next={moment.next} />;
    case "night":
      return <Night scene={scene} next={moment.next} />;
    case "cancelled":
      return <Cancelled scene={scene} gone={moment.gone} next={moment.next} />;
    case "before":
      return <Before scene={scene} next={moment.next} />;
    case "after":
      return <Calm scene={scene} thanks />;
    case "unknown":
      return <Calm scene={scene} thanks={false} />;
  }
}

export function NowNext({ scene }: { scene: Scene }) {
  return <Slide of={scene.moment.key}>{compose(scene)}</Slide>;
}
