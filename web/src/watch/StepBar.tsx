// Says whether the page goes along with its picture, and changes it with one tap; the language beside.

import { Radio, Tv } from "lucide";
import { minutes, number, t } from "../i18n.ts";
import type { SourceView } from "../net/protocol.gen.ts";
import { Icon } from "../ui/index.ts";
import { LanguageChoice } from "./Language.tsx";
import type { Player } from "./player.ts";
import { inStep, late, liveNow } from "./step.ts";

const MINUTE_S = 90; // what is longer is said in minutes

interface Props {
  sources: readonly SourceView[];
  player?: Player | undefined;
  /** Whether it is known how late the picture is, or will be in a moment. */
  knows: boolean;
}

function amount(seconds: number): string {
  return seconds < MINUTE_S
    ? t("{n} s", { n: number(Math.round(seconds)) })
    : minutes(seconds * 1000);
}

export function StepBar({ sources, player, knows }: Props) {
  return (
    <div class="watch-step">
      <Step knows={knows} />
      <LanguageChoice sources={sources} player={player} />
    </div>
  );
}

function Step({ knows }: { knows: boolean }) {
  const ms = late.value;
  if (ms === null)
    return (
      <p class="watch-unknown">
        {knows ? "" : t("This stream does not tell its time: the page shows what is on now.")}
      </p>
    );
  const time = amount(ms / 1000);
  const along = inStep.value;
  return (
    <>
      <p>
        <Icon of={along ? Tv : Radio} />
        <span>
          {along
            ? t("{time} behind the room", { time })
            : t("{time} ahead of your picture", { time })}
        </span>
      </p>
      <button type="button" class="button quiet small" onClick={() => liveNow(along)}>
        <span>{along ? t("Live now") : t("With the picture")}</span>
      </button>
    </>
  );
}
