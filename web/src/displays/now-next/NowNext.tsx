// Now and next of a room. Each moment has a composition of its own.

import { boot } from "../../boot.ts";
import { dayIn, kindName, t, timeIn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import { LiveMark } from "../../ui/marks.tsx";
import { useFit } from "../fit.ts";
import { endOf, type Session } from "../moment.ts";
import { Frame, Join, Late, Next, Progress, Speakers, TimeLeft, Until, Words } from "../parts.tsx";
import { readable, type Scene } from "../scene.ts";
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
        <div class="head">
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
  const zone = scene.event.timezone;
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
        <section class="next">
          <p class="next-head">
            <span>{t("After that")}</span> <Late scene={scene} />
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
  const zone = scene.event.timezone;
  const day = dayIn(next.expected_start_at, zone);
  const today = day === dayIn(now.value, zone);
  return (
    <Frame scene={scene} name="between" foot={<Join scene={scene} />}>
      <section class="block">
        <div class="head">
          <p class="head-what">
            <span class="head-next">{t("Next")}</span>
            <time>
              {today ? "" : `${day}, `}
              {timeIn(next.expected_start_at, zone)}
            </time>
            <Late scene={scene} />
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
  const { event } = scene;
  const zone = event.timezone;
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
              <span class="figures">{t("Begins at {time}", { time: timeIn(start, zone) })}</span>
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

/** The end, or a room of which nothing is known: the event's name, and thanks. */
function Calm({ scene, thanks }: { scene: Scene; thanks: boolean }) {
  const { event } = scene;
  const text = thanks ? t("Thank you") : event.title;
  const box = useFit(text, { least: 4, most: 22 });
  return (
    <Frame scene={scene} name="calm" bare>
      <section class="block">
        <div class="fit" ref={box}>
          <div class="fit-in">
            <h1 data-fit>{text}</h1>
            {thanks ? (
              <p class="calm-more">{t("{event} has ended.", { event: event.title })}</p>
            ) : (
              event.venue && <p class="calm-more">{event.venue}</p>
            )}
            {thanks && boot.join_url !== undefined && (
              <p class="calm-more calm-where">
                {t("Agenda and answers stay at")} <strong>{readable(boot.join_url)}</strong>
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
