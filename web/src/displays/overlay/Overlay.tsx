// A lower third on nothing, for a stream mixer: who speaks, what is asked. It comes and goes by
// animation, and never says anything of links or screens.

import { useEffect, useState } from "preact/hooks";
import { kindName, t, timeIn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import { useFit } from "../fit.ts";
import { delayOf, isPause } from "../moment.ts";
import { Clock } from "../../ui/time.tsx";
import { Logo, placeOf, Words } from "../parts.tsx";
import type { Scene } from "../scene.ts";

export type Corner = "top-left" | "top-right" | "bottom-left" | "bottom-right";

export interface OverlayOptions {
  /** Whether the lower third is out, whatever happens. */
  out?: boolean;
  /** Where the time of the venue stands, if it does. */
  clock?: Corner | null;
  /** How long a session is named after its start; always where it is not said. */
  for_s?: number | null;
  /** Whether the question on stage is shown. */
  questions?: boolean;
}

interface Third {
  key: string;
  word: string;
  title: string;
  more: string;
  quoted?: boolean;
}

/** What the lower third has to say; null when it is out. */
export function thirdOf(scene: Scene, options: OverlayOptions, at: number): Third | null {
  const { moment, question, zone } = scene;
  if (options.out === true) return null;
  if (question !== null && options.questions !== false)
    return {
      key: `question ${scene.room.spotlight}`,
      word: question.name ?? t("Anonymous"),
      title: question.text,
      more: "",
      quoted: true,
    };
  const fresh = (since: number | undefined): boolean =>
    !options.for_s || since === undefined || at - since < options.for_s * 1000;
  switch (moment.is) {
    case "live": {
      const { now: on } = moment;
      if (!fresh(on.started_at)) return null;
      return {
        key: moment.key,
        word: kindName(on.kind),
        title: on.title,
        more: on.speakers.map((one) => one.name).join(" · "),
      };
    }
    case "break": {
      const back = moment.next?.expected_start_at ?? 0;
      const title =
        back > at ? t("Back at {time}", { time: timeIn(back, zone) }) : t("We go on in a moment");
      return { key: moment.key, word: moment.now.title, title, more: placeOf(scene.event, zone) };
    }
    case "before":
    case "between": {
      const { next } = moment;
      const starts = next.expected_start_at;
      const time = starts > at ? timeIn(starts, zone) : t("in a moment");
      const word = delayOf(next) > 0 ? t("Delayed") : t("Next");
      return {
        key: moment.key,
        word: `${word} · ${time}`,
        title: next.title,
        more: isPause(next) ? "" : next.speakers.map((one) => one.name).join(" · "),
      };
    }
    default:
      return null;
  }
}

function Bar({ scene, third }: { scene: Scene; third: Third }) {
  const box = useFit(third.title + third.more + third.word, { least: 2.8, most: 4.8 });
  return (
    <div class="third-in">
      <i class="third-edge" aria-hidden="true" />
      <Logo scene={scene} />
      <div class="fit" ref={box}>
        <div class="fit-in">
          {third.word !== "" && <p class="third-word">{third.word}</p>}
          <p class={third.quoted ? "third-title quoted" : "third-title"} data-fit dir="auto">
            <Words of={third.title} />
          </p>
          {third.more !== "" && <p class="third-more">{third.more}</p>}
        </div>
      </div>
    </div>
  );
}

const AWAY_MS = 400;

export function Overlay({ scene, options = {} }: { scene: Scene; options?: OverlayOptions }) {
  const third = thirdOf(scene, options, now.value);
  const [shown, setShown] = useState<Third | null>(null);
  const stays = shown !== null && shown.key === third?.key;
  // what is shown leaves first; then what comes, comes
  useEffect(() => {
    if (stays || (shown === null && third === null)) return undefined;
    const change = setTimeout(() => setShown(third), shown === null ? 0 : AWAY_MS);
    return () => clearTimeout(change);
  }, [stays, shown, third?.key]);
  const text = stays ? third : shown;
  return (
    <main class="overlay">
      {options.clock && (
        <p class={`corner ${options.clock}`}>
          <Clock zone={scene.zone} city={placeOf(scene.event, scene.zone)} />
        </p>
      )}
      {text !== null && (
        <section class={stays ? "third" : "third leaves"} key={text.key}>
          <Bar scene={scene} third={text} />
        </section>
      )}
    </main>
  );
}
