// The place of the room's stream. What plays it is a script of its own, fetched where there is one.

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n.ts";
import type { Coming } from "../../watch/Cover.tsx";
import { isFrame } from "../../watch/source.ts";
import type { WatchProps } from "../../watch/Watch.tsx";
import { live, next, room } from "./reading.ts";

const AGAIN_MS = 5000; // a script that could not be fetched

let fetched: ComponentType<WatchProps> | null = null;

/** What is on in the room, or comes next. */
function coming(): Coming | null {
  const [on, then] = [live.value, next.value];
  if (on !== null) return { title: on.title, on: true };
  return then === null ? null : { title: then.title, on: false, at: then.expected_start_at };
}

export function Stream() {
  const here = room.value;
  const there = here?.stream !== undefined || here?.slate !== undefined;
  const [Watch, setWatch] = useState(() => fetched);
  useEffect(() => {
    if (!there || Watch !== null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const fetching = (): void =>
      void import("../../watch/Watch.tsx").then(
        (made) => {
          fetched = made.Watch;
          setWatch(() => made.Watch);
        },
        () => (timer = setTimeout(fetching, AGAIN_MS)),
      );
    fetching();
    return () => clearTimeout(timer);
  }, [there]);
  if (here === null || !there) return null;
  if (Watch !== null) return <Watch room={here} coming={coming()} />;
  if (!isFrame(here.stream?.sources ?? [])) return null;
  return (
    <section class="watch" aria-label={t("Stream")}>
      <div class="watch-frame" data-theme="dark" />
    </section>
  );
}
