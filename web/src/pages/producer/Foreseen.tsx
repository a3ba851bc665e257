// What a change does to the rest of the day: one line under the controls, or a list in a dialog.

import { ArrowRight, Check, TriangleAlert, X } from "lucide";
import { useEffect } from "preact/hooks";
import { sayOnDesk } from "../../crew/words.ts";
import { t, timeIn, tn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import { rooms } from "../../state/store.ts";
import { Button, Icon, Kbd } from "../../ui/index.ts";
import {
  confirm,
  doing,
  leave,
  lookFirst,
  proposal,
  room,
  roomId,
  rundown,
  setLookFirst,
  zone,
  zoneOf,
} from "./act.ts";
import { shown, useForeseen, type Foreseen, type Wish } from "./foresee.ts";
import { dayEnd, dayEndAfter, dayOf, shiftsOf, type Shift } from "./model.ts";

/** "ends 17:35 instead of 17:30", or that it ends as before. */
function DayEnd({ foreseen }: { foreseen: Foreseen }) {
  const id = roomId.value;
  if (foreseen.is !== "known" || id === undefined) return null;
  const at = now.value;
  const day = dayOf(rundown.value, room.value?.next, zone.value);
  const before = dayEnd(day, at);
  const after = dayEndAfter(day, foreseen.preview, id, at);
  if (before === null || after === null) return null;
  const by = Math.round((after - before.expected) / 60_000);
  return (
    <span class={`figures ${by > 0 ? "late" : ""}`}>
      {by === 0
        ? t("The day ends as before, at {time}", { time: timeIn(after, zone.value) })
        : t("The day ends at {new} instead of {old}", {
            new: timeIn(after, zone.value),
            old: timeIn(before.expected, zone.value),
          })}
    </span>
  );
}

const hovers = matchMedia("(hover: hover)").matches;

function said(shift: Shift): string {
  const named = rooms.value.length > 1 && shift.room !== roomId.value;
  const where = named ? ` (${rooms.value.find((one) => one.id === shift.room)?.name})` : "";
  return shift.title + where;
}

function Summary({ foreseen }: { foreseen: Foreseen }) {
  if (foreseen.is === "asking") return <span class="muted">{t("Looking ahead…")}</span>;
  if (foreseen.is === "refused") return <span class="late">{sayOnDesk(foreseen.error)}</span>;
  if (foreseen.is === "unknown")
    return <span class="muted">{t("What it does cannot be told right now.")}</span>;
  const shifts = shiftsOf(foreseen.preview, zoneOf);
  if (shifts.length === 0) return <span>{t("No time changes.")}</span>;
  const moved = shifts.filter((one) => one.start !== null && one.tone !== "plain");
  const [first] = moved.length > 0 ? moved : shifts;
  return (
    <>
      {first !== undefined && (
        <span class="strip-first">
          <span>{said(first)}</span> <b class="figures">{first.text}</b>
        </span>
      )}
      {moved.length > 1 && (
        <span class="muted">
          {tn("and {n} more session moves", "and {n} more sessions move", moved.length - 1)}
        </span>
      )}
      <DayEnd foreseen={foreseen} />
    </>
  );
}

/** The line under the controls. It is always there, so that nothing moves when it has something to say. */
export function Strip() {
  const is = proposal.value;
  const foreseen = useForeseen(is?.deed.wish ?? null);
  useEffect(() => {
    shown.value = foreseen?.is === "known" ? foreseen.preview : null;
    return () => void (shown.value = null);
  }, [foreseen]);
  return (
    <section
      class={`strip${is === null ? " idle" : ""}${is?.asked === true ? " asked" : ""}`}
      aria-label={t("What a change does to the rest of the day")}
    >
      <div class="strip-words" role="status" aria-live={is?.asked === true ? "polite" : "off"}>
        {is === null || foreseen === null ? (
          <p class="muted">
            {lookFirst.value
              ? t("Whatever you press is shown here before it is done.")
              : hovers
                ? t("Hold the pointer over a button to see what it does to the rest of the day.")
                : t("Tick “Look first” to see what a step does before it is done.")}
          </p>
        ) : (
          <>
            <p>
              <strong>{is.deed.words}</strong>
              {is.deed.warn !== undefined && (
                <span class="warn">
                  <Icon of={TriangleAlert} /> {is.deed.warn}
                </span>
              )}
            </p>
            <p>
              <Summary foreseen={foreseen} />
            </p>
          </>
        )}
      </div>
      {is?.asked === true ? (
        <div class="strip-acts">
          <Button size="small" icon={X} shortcut="Esc" onClick={leave}>
            {t("Leave it")}
          </Button>
          <Button
            size="small"
            tone="primary"
            icon={Check}
            shortcut="↵"
            aria-keyshortcuts="Enter"
            aria-disabled={foreseen?.is === "refused" || doing.value.size > 0}
            onClick={() => void confirm()}
          >
            {t("Do it")}
          </Button>
        </div>
      ) : (
        <label class="look-first">
          <input
            type="checkbox"
            checked={lookFirst.value}
            aria-keyshortcuts="V"
            onChange={(event) => setLookFirst(event.currentTarget.checked)}
          />
          {t("Look first")}
          <Kbd>V</Kbd>
        </label>
      )}
    </section>
  );
}

/** The list in a dialog: each session that changes, old and new. */
export function Effects({ wishes }: { wishes: readonly Wish[] }) {
  const [one, two] = [useForeseen(wishes[0] ?? null), useForeseen(wishes[1] ?? null)];
  const found = [one, two].filter((foreseen) => foreseen !== null);
  if (found.length === 0) return <p class="effects muted">{t("Nothing is changed yet.")}</p>;
  const refused = found.find((foreseen) => foreseen.is === "refused");
  if (refused?.is === "refused")
    return <p class="effects field-error">{sayOnDesk(refused.error)}</p>;
  if (found.some((foreseen) => foreseen.is === "asking"))
    return <p class="effects muted">{t("Looking ahead…")}</p>;
  const known = found.filter((foreseen) => foreseen.is === "known");
  const shifts = new Map(
    known.flatMap((foreseen) =>
      shiftsOf(foreseen.preview, zoneOf).map((shift) => [shift.id, shift] as const),
    ),
  );
  const [last] = known;
  return (
    <div class="effects" role="status">
      {shifts.size === 0 ? (
        <p class="muted">{t("No time of any session changes.")}</p>
      ) : (
        <ul role="list" tabIndex={0} aria-label={t("What changes")}>
          {[...shifts.values()].map((shift) => (
            <li key={shift.id}>
              <span class="effects-title">{said(shift)}</span>
              <b class={`figures ${shift.tone}`}>{shift.text}</b>
            </li>
          ))}
        </ul>
      )}
      {last !== undefined && (
        <p class="effects-end">
          <Icon of={ArrowRight} />
          <DayEnd foreseen={last} />
        </p>
      )}
    </div>
  );
}
