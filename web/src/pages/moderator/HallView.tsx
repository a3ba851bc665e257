// What the hall sees: the questions layout of a display, small, from the same state.

import { boot } from "../../boot.ts";
import { cityOf, t, timeIn, tn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import { sessionOf, state } from "../../state/store.ts";
import { room, spotlight } from "./model.ts";

function Quote() {
  const question =
    spotlight.value === undefined ? undefined : state.value?.questions[spotlight.value];
  if (question === undefined) return null;
  const size = question.text.length > 180 ? "long" : question.text.length > 90 ? "middle" : "short";
  return (
    <div class="hall-quote">
      <p class={`hall-text ${size}`} dir="auto">
        {question.text}
      </p>
      <p class="hall-author">
        {question.name ?? t("anonymous")}
        {question.upvotes > 0 && ` · ${tn("{n} vote", "{n} votes", question.upvotes)}`}
      </p>
    </div>
  );
}

function Idle() {
  const live = sessionOf(room.value?.live);
  const next = sessionOf(room.value?.next);
  const zone = state.value?.event.timezone;
  const open = room.value?.questions?.state === "open";
  return (
    <div class="hall-idle">
      <div>
        {live !== null && (
          <>
            <p class="hall-label">{t("Now")}</p>
            <p class="hall-title">{live.title}</p>
          </>
        )}
        {next !== null && (
          <p class="hall-next">
            {t("Next, {time}", { time: timeIn(next.expected_start_at, zone) })} {next.title}
          </p>
        )}
        {open && <p class="hall-join">{t("Ask at {address}", { address: joinAddress() })}</p>}
      </div>
      {open && boot.qr_url && <img src={boot.qr_url} alt="" width={96} height={96} />}
    </div>
  );
}

function joinAddress(): string {
  return (boot.join_url ?? "").replace(/^https?:\/\//, "");
}

export function HallView() {
  const lit = spotlight.value !== undefined;
  const zone = state.value?.event.timezone ?? "UTC";
  return (
    <figure class={`hall ${lit ? "lit" : ""}`}>
      <figcaption>
        <span>{t("What the hall sees")}</span>
        {lit ? (
          <strong class="on-screen">{t("On screen")}</strong>
        ) : (
          <span class="muted">{t("no question")}</span>
        )}
      </figcaption>
      <div class="hall-screen" data-theme="dark">
        <p class="hall-top">
          <span>{state.value?.event.title}</span>
          <span class="figures">
            {timeIn(now.value, zone)} {cityOf(zone)}
          </span>
        </p>
        {lit ? <Quote key={spotlight.value} /> : <Idle />}
      </div>
    </figure>
  );
}
