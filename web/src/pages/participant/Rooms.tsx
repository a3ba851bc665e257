// Choosing a room, where an event has several.

import { ChevronLeft } from "lucide";
import { t } from "../../i18n.ts";
import { rooms, sessionOf } from "../../state/store.ts";
import { Icon, LiveMark } from "../../ui/index.ts";
import { resume } from "./asking.ts";
import { ownTime, room } from "./reading.ts";
import { choose } from "./room.ts";

function go(to: string | undefined): void {
  choose(to);
  resume();
}

/** Every room with what is on there. */
export function RoomChoice() {
  return (
    <section class="rooms" aria-labelledby="rooms-title">
      <h2 id="rooms-title">{t("Where are you?")}</h2>
      <ul role="list">
        {rooms.value.map((one) => {
          const [on, coming] = [sessionOf(one.live), sessionOf(one.next)];
          return (
            <li key={one.id}>
              <button type="button" class="room" onClick={() => go(one.id)}>
                <strong>{one.name}</strong>
                {on !== null && (
                  <span>
                    <LiveMark /> {on.title}
                  </span>
                )}
                {on === null && coming !== null && (
                  <span>
                    <time>{ownTime(coming.expected_start_at)}</time> {coming.title}
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The room's name, and the way to the others. */
export function RoomLine() {
  if (rooms.value.length < 2 || room.value === null) return null;
  return (
    <p class="room-line">
      <button type="button" class="button plain small" onClick={() => go(undefined)}>
        <Icon of={ChevronLeft} />
        <span>{t("All rooms")}</span>
      </button>
      <strong>{room.value.name}</strong>
    </p>
  );
}
