// Small signs of meaning. A colour never stands alone: each has its word.

import { ChevronUp, Pause } from "lucide";
import { number, t, tn } from "../i18n.ts";
import type { SpeakerView } from "../net/protocol.gen.ts";
import { Icon } from "./Icon.tsx";

/** "Live" with its dot; `late`, `over` and `paused` say so. */
export function LiveMark(props: { is?: "live" | "late" | "over" | "paused"; text?: string }) {
  const { is = "live", text } = props;
  const words = {
    live: t("Live"),
    late: t("Running late"),
    over: t("Over time"),
    paused: t("Paused"),
  };
  return (
    <span class={`live-mark ${is}`}>
      {is === "paused" ? <Icon of={Pause} /> : <i aria-hidden="true" />}
      {text ?? words[is]}
    </span>
  );
}

/** Votes as one large target: the count, and whether mine is among them. */
export function VoteButton(props: {
  count: number;
  on: boolean;
  onToggle: () => void;
  /** What is voted for, for screen readers. */
  about: string;
  disabled?: boolean;
  /** It is on its way. */
  sending?: boolean;
}) {
  const { count, on, onToggle, about, disabled = false, sending = false } = props;
  return (
    <button
      type="button"
      class="vote"
      aria-pressed={on}
      aria-label={`${t("Vote for: {question}", { question: about })} (${tn("{n} vote", "{n} votes", count)})`}
      aria-busy={sending}
      disabled={disabled}
      onClick={onToggle}
    >
      <Icon of={ChevronUp} />
      <span class="figures" key={count}>
        {number(count)}
      </span>
    </button>
  );
}

/** Speakers, one a line; `inline` puts the names in one sentence. */
export function SpeakerList(props: { speakers: readonly SpeakerView[]; inline?: boolean }) {
  const { speakers, inline = false } = props;
  if (speakers.length === 0) return null;
  if (inline) return <p class="speakers-inline">{speakers.map((one) => one.name).join(", ")}</p>;
  return (
    <ul class="speakers" role="list">
      {speakers.map((one) => {
        const more = [one.role, one.affiliation].filter((text) => text).join(", ");
        return (
          <li key={one.id}>
            <strong>{one.name}</strong>
            {more && <span>{more}</span>}
          </li>
        );
      })}
    </ul>
  );
}
