// The plan as it was understood: days and rooms drawn to scale, and the same as a list to read.

import { useId, useState } from "preact/hooks";
import { dateKey, dateIn, kindName, range, t, timeIn, tn, weekdayIn } from "../../i18n.ts";
import type { PlanSession, PlanView } from "../../net/protocol.gen.ts";
import { daysOf, isPause, tallyOf, type Becomes, type Day } from "./plan.ts";

const LANES_AT_ONCE = 18;

/** Colour is never alone: each has its sign. */
const SIGNS: Record<Becomes, string> = {
  same: "",
  added: "+",
  moved: "→",
  changed: "≠",
  gone: "×",
  restored: "↺",
};

function becomesName(becomes: Becomes): string {
  const names: Record<Becomes, string> = {
    same: t("stays"),
    added: t("new"),
    moved: t("moved"),
    changed: t("changed"),
    gone: t("cancelled"),
    restored: t("back again"),
  };
  return names[becomes];
}

function tallyName(becomes: Becomes, n: number): string {
  const names: Record<Becomes, () => string> = {
    same: () => tn("{n} stays", "{n} stay", n),
    added: () => tn("{n} new", "{n} new", n),
    moved: () => tn("{n} moved", "{n} moved", n),
    changed: () => tn("{n} changed", "{n} changed", n),
    gone: () => tn("{n} cancelled", "{n} cancelled", n),
    restored: () => tn("{n} back again", "{n} back again", n),
  };
  return names[becomes]();
}

function about(session: PlanSession, zone: string): string {
  return [
    `${range(session.start_at, session.end_at, zone)}  ${session.title}`,
    session.speakers.join(", "),
    session.becomes === "same" ? "" : becomesName(session.becomes),
  ]
    .filter(Boolean)
    .join("\n");
}

function Drawn({ day, zone }: { day: Day; zone: string }) {
  return (
    <div class="chart" aria-hidden="true">
      <div class="ticks">
        {day.ticks.map((tick) => (
          <span key={tick.at} style={{ insetInlineStart: `${tick.x}%` }}>
            {timeIn(tick.at, zone)}
          </span>
        ))}
      </div>
      {day.lanes.map((lane) => (
        <div class="lane" key={lane.room}>
          <span class="lane-name">{lane.name}</span>
          <div class="lane-blocks">
            {day.ticks.map((tick) => (
              <i key={tick.at} style={{ insetInlineStart: `${tick.x}%` }} />
            ))}
            {lane.blocks.map(({ session, x, width }) => (
              <span
                key={session.session}
                class={`block ${session.becomes}${isPause(session) ? " pause" : ""}`}
                style={{ insetInlineStart: `${x}%`, inlineSize: `${width}%` }}
                title={about(session, zone)}
              >
                {SIGNS[session.becomes] && <b>{SIGNS[session.becomes]}</b>}
                <span>{session.title}</span>
              </span>
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}

function List({ day, plan }: { day: Day; plan: PlanView }) {
  const names = new Map(plan.rooms.map((one) => [one.room, one.name]));
  const [many, zone] = [plan.rooms.length > 1, plan.timezone];
  return (
    <div class="scroller" tabIndex={0} role="group" aria-label={dateIn(day.from, zone)}>
      <table class="plan-list">
        <caption>{dateIn(day.from, zone)}</caption>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">{t("Time")}</th>
            <th scope="col">{t("Session")}</th>
            {many && <th scope="col">{t("Room")}</th>}
            <th scope="col">{t("What becomes of it")}</th>
          </tr>
        </thead>
        <tbody>
          {day.sessions.map((one) => (
            <tr key={one.session} class={one.becomes}>
              <td class="figures">{range(one.start_at, one.end_at, zone)}</td>
              <td>
                <strong>{one.title}</strong>
                {kindName(one.kind) && <span class="muted small"> {kindName(one.kind)}</span>}
                {one.speakers.length > 0 && (
                  <span class="muted small plan-speakers">{one.speakers.join(", ")}</span>
                )}
              </td>
              {many && <td>{names.get(one.room)}</td>}
              <td class="small">{one.becomes === "same" ? "" : becomesName(one.becomes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Legend({ plan }: { plan: PlanView }) {
  const tally = tallyOf(plan);
  const shown = (Object.keys(SIGNS) as Becomes[]).filter((one) => tally[one] > 0);
  if (shown.length === 1 && shown[0] === "same") return null;
  return (
    <ul class="legend" role="list">
      {shown.map((one) => (
        <li key={one}>
          <i class={`block ${one}`} aria-hidden="true">
            {SIGNS[one]}
          </i>
          <span class="figures">{tallyName(one, tally[one])}</span>
        </li>
      ))}
    </ul>
  );
}

/** Two hundred sessions as a list are drawn when they are asked for. */
function AsList({ days, plan }: { days: readonly Day[]; plan: PlanView }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="as-list" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {tn("{n} session as a list", "All {n} sessions as a list", plan.sessions.length)}
      </summary>
      {open && days.map((day) => <List key={day.key} day={day} plan={plan} />)}
    </details>
  );
}

export function Plan({ plan }: { plan: PlanView }) {
  const zone = plan.timezone;
  const id = useId();
  const [chosen, setChosen] = useState(0);
  const days = daysOf(
    plan,
    (ms) => dateKey(ms, zone),
    (ms) => Number(timeIn(ms, zone).split(":")[1]) * 60_000 + (ms % 60_000),
  );
  const lanes = days.reduce((sum, day) => sum + day.lanes.length, 0);
  const oneByOne = days.length > 1 && lanes > LANES_AT_ONCE;
  const at = Math.min(chosen, days.length - 1);
  const shown = oneByOne ? days.slice(at, at + 1) : days;
  return (
    <div class="plan">
      <Legend plan={plan} />
      {oneByOne && (
        <div class="segments days" role="radiogroup" aria-label={t("Day")}>
          {days.map((day, n) => (
            <label key={day.key} class={n === at ? "on" : ""}>
              <input
                type="radio"
                class="visually-hidden"
                name={id}
                checked={n === at}
                onChange={() => setChosen(n)}
              />
              <span title={dateIn(day.from, zone)}>
                {weekdayIn(day.from, zone)} {Number(day.key.slice(-2))}
              </span>
            </label>
          ))}
        </div>
      )}
      {shown.map((day) => (
        <figure key={day.key}>
          <figcaption>
            <strong>{dateIn(day.from, zone)}</strong>{" "}
            <span class="muted figures">
              {timeIn(Math.min(...day.sessions.map((one) => one.start_at)), zone)}–
              {timeIn(Math.max(...day.sessions.map((one) => one.end_at)), zone)},{" "}
              {tn("{n} session", "{n} sessions", day.sessions.length)}
            </span>
          </figcaption>
          <Drawn day={day} zone={zone} />
        </figure>
      ))}
      <AsList days={days} plan={plan} />
    </div>
  );
}
