// For whoever speaks: how long they have, as a figure that fills the screen on a field of colour.

import { Fragment, type ComponentChildren } from "preact";
import { Pause } from "lucide";
import { t, timeIn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import { Icon } from "../../ui/Icon.tsx";
import { useFit } from "../fit.ts";
import { endOf, type Session } from "../moment.ts";
import type { Notice } from "../notices.ts";
import { Words } from "../parts.tsx";
import type { Scene } from "../scene.ts";
import { Slide } from "../Slide.tsx";
import { figure, stageOf } from "./stages.ts";

/** What the crew tells who speaks. */
function Whisper({ notice }: { notice: Notice }) {
  const box = useFit(notice.text, { least: 4, most: 12 });
  return (
    <aside class={notice.warns ? "whisper warns" : "whisper"} aria-live="assertive">
      <div class="fit" ref={box}>
        <div class="fit-in">
          <p data-fit dir="auto">
            {notice.text}
          </p>
        </div>
      </div>
    </aside>
  );
}

/** Figures all as wide as one another: the text never jumps, and is measured by its shape alone. */
function Figure({ of }: { of: { sign: string; parts: string[] } }) {
  const text = of.sign + of.parts.join(":");
  const box = useFit(text.replace(/\d/g, "0"), { least: 10, most: 78 });
  return (
    <div class="fit figure" ref={box}>
      <div class="fit-in">
        <p data-fit role="timer" aria-live="off">
          {of.parts.map((part, place) => (
            <Fragment key={place}>
              {place > 0 && <i>:</i>}
              <span>
                {place === 0 && of.sign}
                {part}
              </span>
            </Fragment>
          ))}
        </p>
      </div>
    </div>
  );
}

function Field(props: {
  scene: Scene;
  stage: string;
  word: ComponentChildren;
  end?: ComponentChildren;
  children: ComponentChildren;
  foot?: ComponentChildren;
}) {
  const { scene, stage, word, end, children, foot } = props;
  const [notice] = scene.toSpeakers;
  return (
    <div class={`lamp ${stage}${notice === undefined ? "" : " told"}`}>
      <header class="lamp-top">
        <p class="lamp-word">{word}</p>
        <p class="lamp-end">
          {end} <time class="lamp-clock">{timeIn(now.value, scene.zone)}</time>
        </p>
      </header>
      <main class="lamp-main">{children}</main>
      {notice !== undefined && <Whisper key={notice.id} notice={notice} />}
      {foot && <footer class="lamp-foot">{foot}</footer>}
    </div>
  );
}

function Titles({ scene, now: title }: { scene: Scene; now: Session | null }) {
  const next = "next" in scene.moment ? scene.moment.next : null;
  return (
    <>
      {title !== null && (
        <p class="lamp-title">
          <Words of={title.title} />
        </p>
      )}
      {next !== null && next.id !== title?.id && (
        <p class="lamp-next">
          <span>{t("Next")}</span> <time>{timeIn(next.expected_start_at, scene.zone)}</time>{" "}
          <Words of={next.title} />
        </p>
      )}
    </>
  );
}

function Running({ scene, session }: { scene: Scene; session: Session }) {
  const found = stageOf(session, now.value);
  const paused = session.paused_at !== undefined;
  // on air by the clock alone: there is no anchor, the expected end has to do
  const left = found?.left ?? endOf(session) - now.value;
  const stage =
    scene.moment.is === "break" ? "rest" : (found?.stage ?? (left < 0 ? "over" : "calm"));
  const words: Record<string, string> = {
    calm: t("Time left"),
    wrap: t("Please wrap up"),
    last: t("Last minute"),
    over: t("Over time"),
    rest: t("Break"),
  };
  return (
    <Field
      scene={scene}
      stage={paused ? "paused" : stage}
      word={
        paused ? (
          <>
            <Icon of={Pause} /> {t("Paused")}
          </>
        ) : (
          words[stage]
        )
      }
      end={!paused && t("ends {time}", { time: timeIn(endOf(session), scene.zone) })}
      foot={<Titles scene={scene} now={session} />}
    >
      <Figure of={figure(left)} />
    </Field>
  );
}

/** Nothing is on: how long until something is. */
function Waiting({ scene, next }: { scene: Scene; next: Session }) {
  const left = next.expected_start_at - now.value;
  const far = left >= 24 * 3_600_000;
  return (
    <Field
      scene={scene}
      stage="idle"
      word={left <= 0 ? t("We begin in a moment") : far ? t("Next") : t("Begins in")}
      end={t("begins {time}", { time: timeIn(next.expected_start_at, scene.zone) })}
      foot={<Titles scene={scene} now={next} />}
    >
      <Figure of={left <= 0 || far ? clock(scene) : figure(left)} />
    </Field>
  );
}

function clock(scene: Scene): { sign: string; parts: string[] } {
  return { sign: "", parts: timeIn(now.value, scene.zone).split(":") };
}

function compose(scene: Scene) {
  const { moment } = scene;
  switch (moment.is) {
    case "live":
    case "break":
      return <Running scene={scene} session={moment.now} />;
    case "before":
    case "between":
    case "night":
      return <Waiting scene={scene} next={moment.next} />;
    case "cancelled":
      return (
        <Field
          scene={scene}
          stage="idle"
          word={t("Cancelled")}
          foot={<Titles scene={scene} now={moment.gone} />}
        >
          <Figure
            of={
              moment.next !== null && moment.next.expected_start_at > now.value
                ? figure(moment.next.expected_start_at - now.value)
                : clock(scene)
            }
          />
        </Field>
      );
    case "after":
    case "unknown":
      return (
        <Field
          scene={scene}
          stage="idle"
          word={moment.is === "after" ? t("Thank you") : scene.event.title}
        >
          <Figure of={clock(scene)} />
        </Field>
      );
  }
}

export function Timer({ scene }: { scene: Scene }) {
  return <Slide of={scene.moment.key}>{compose(scene)}</Slide>;
}
