// The room's polls: what is open comes first of all; what was closed is kept to read again.

import { ChartBarBig } from "lucide";
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t, tn } from "../../i18n.ts";
import { mine, PollCard, pollsOf, type PollWithId } from "../../polls/index.ts";
import { Icon } from "../../ui/index.ts";
import { shown as state } from "../../watch/step.ts";
import { minuteNow, room } from "./reading.ts";

const ENOUGH_PX = 150; // of a poll in the window to notice it
const RECENT_MS = 10 * 60_000;

/** Those to show in full: open ones, the one on the screens, and what has just been closed. */
function isCurrent(poll: PollWithId, lit: string | undefined): boolean {
  if (poll.status === "open" || poll.id === lit) return true;
  return poll.closed_at !== undefined && minuteNow.value - poll.closed_at < RECENT_MS;
}

export function Polls() {
  const here = room.value;
  const all = here === null ? [] : pollsOf(state.value, here.id);
  const current = all.filter((one) => isCurrent(one, here?.poll));
  const earlier = all.filter((one) => !current.includes(one));
  const place = useRef<HTMLElement>(null);
  if (all.length === 0) return null;
  const asked = current.find((one) => one.status === "open" && mine(one.id) === undefined);
  return (
    <section class="polls" aria-label={t("Polls")} ref={place}>
      {asked !== undefined && <Call poll={asked} place={place} key={asked.id} />}
      {current.map((one) => (
        <PollCard key={one.id} poll={one} level={2} />
      ))}
      {earlier.length > 0 && (
        <details>
          <summary>{tn("{n} earlier poll", "{n} earlier polls", earlier.length)}</summary>
          {earlier.map((one) => (
            <PollCard key={one.id} poll={one} />
          ))}
        </details>
      )}
    </section>
  );
}

/** The way to a poll that waits for an answer, while it is out of sight. */
function Call({ poll, place }: { poll: PollWithId; place: RefObject<HTMLElement | null> }) {
  const [away, setAway] = useState(false);
  useEffect(() => {
    const card = place.current?.querySelector(".poll-card");
    if (!card) return undefined;
    const seen = (entries: IntersectionObserverEntry[]): void => {
      const last = entries.at(-1);
      setAway(last !== undefined && last.intersectionRect.height < ENOUGH_PX);
    };
    const watch = new IntersectionObserver(seen, {
      rootMargin: "-48px 0px -72px", // the tabs above, the box below
      threshold: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1],
    });
    watch.observe(card);
    return () => watch.disconnect();
  }, []);
  if (!away) return null;
  const go = (): void => {
    place.current?.scrollIntoView({ block: "start" });
    place.current?.querySelector<HTMLElement>(".poll-form input, .poll-form button")?.focus({
      preventScroll: true,
    });
  };
  return (
    <button type="button" class="fresh-chip poll-call" onClick={go}>
      <Icon of={ChartBarBig} />
      {t("Answer the poll")}
      <span class="visually-hidden">{poll.title}</span>
    </button>
  );
}
