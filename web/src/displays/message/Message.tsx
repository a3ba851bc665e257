// The crew's word to the hall, as large as it fits. Without one: the event, at rest.

import { t, timeIn } from "../../i18n.ts";
import { LiveMark } from "../../ui/marks.tsx";
import { useFit } from "../fit.ts";
import { NowNext } from "../now-next/NowNext.tsx";
import type { Notice } from "../notices.ts";
import { Frame, Next, Words } from "../parts.tsx";
import type { Scene } from "../scene.ts";
import { Slide } from "../Slide.tsx";

const OTHERS_MOST = 2;

/** The newest message over the whole screen, what else is current below it. */
export function Notices({ scene }: { scene: Scene }) {
  const [first, ...others] = scene.toHall;
  const box = useFit(first?.text ?? "", { least: 3.4, most: 17 });
  if (first === undefined) return null;
  const shown = others.slice(0, OTHERS_MOST);
  return (
    <Frame
      scene={scene}
      name={first.warns ? "news warns" : "news"}
      foot={
        shown.length > 0 && (
          <ul class="news-others" role="list">
            {shown.map((one) => (
              <li key={one.id} class={one.warns ? "warns" : undefined} dir="auto">
                {one.text}
              </li>
            ))}
          </ul>
        )
      }
    >
      <section class="block">
        <p class="news-word">
          <i aria-hidden="true" />
          {first.warns ? t("Please note") : t("Announcement")}
          <time>{timeIn(first.at, scene.zone)}</time>
        </p>
        <div class="fit" ref={box}>
          <div class="fit-in">
            <h1 data-fit dir="auto">
              <Words of={first.text} />
            </h1>
          </div>
        </div>
      </section>
    </Frame>
  );
}

/** One line of news under a layout. */
export function Band({ notice }: { notice: Notice }) {
  const box = useFit(notice.text, { least: 2.8, most: 5.2 });
  return (
    <aside class="band">
      <i aria-hidden="true" />
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

/** Nothing is to be said: whose house this is, and what goes on in it. */
function Rest({ scene }: { scene: Scene }) {
  const { event, moment } = scene;
  const box = useFit(event.title, { least: 4, most: 15 });
  const foot =
    "now" in moment ? (
      <section class="up-next">
        <p class="next-head">
          <LiveMark text={moment.is === "live" && scene.believed ? t("Live") : t("Now")} />
        </p>
        <h2>
          <Words of={moment.now.title} />
        </h2>
      </section>
    ) : (
      "next" in moment && <Next scene={scene} />
    );
  return (
    <Frame scene={scene} name="calm rest" bare foot={foot}>
      <section class="block">
        <div class="fit" ref={box}>
          <div class="fit-in">
            <h1 data-fit>{event.title}</h1>
            {event.venue && <p class="calm-more">{event.venue}</p>}
          </div>
        </div>
      </section>
    </Frame>
  );
}

export function Message({ scene }: { scene: Scene }) {
  const [first] = scene.toHall;
  if (first === undefined && scene.moment.is === "after") return <NowNext scene={scene} />;
  return (
    <Slide of={first === undefined ? "rest" : `notice ${first.id}`}>
      {first === undefined ? <Rest scene={scene} /> : <Notices scene={scene} />}
    </Slide>
  );
}
