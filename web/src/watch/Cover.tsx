// What lies over the picture, or stands in its place: one composition for each state.

import type { IconNode } from "lucide";
import {
  CircleCheck,
  Clock3,
  Headphones,
  LoaderCircle,
  MonitorOff,
  Play,
  Unplug,
  VolumeX,
} from "lucide";
import type { ComponentChildren } from "preact";
import { duration, t } from "../i18n.ts";
import { now } from "../net/clock.ts";
import type { SourceView } from "../net/protocol.gen.ts";
import { Button, Icon, LiveMark } from "../ui/index.ts";
import { choices, choose } from "./choices.ts";
import { sourceName } from "./names.ts";
import type { Player } from "./player.ts";
import type { Health, Standing } from "./standing.ts";

const SOON_MS = 86_400_000;

/** What is on in the room, or comes next. */
export interface Coming {
  title: string;
  /** Whether it is on. */
  on: boolean;
  /** When it is expected to start; of what is not on. */
  at?: number;
}

export interface CoverProps {
  player: Player;
  stands: Standing;
  health: Health | undefined;
  coming: Coming | null;
  slate: string | undefined;
  sources: readonly SourceView[];
}

export function Cover(props: CoverProps) {
  const { player, stands, coming, slate } = props;
  switch (stands.is) {
    case "playing":
      return (
        <>
          {choices.value.soundOnly && (
            <Panel icon={Headphones} title={t("Sound only")} class="bare">
              {coming?.on && <p>{coming.title}</p>}
            </Panel>
          )}
          {player.hushed.value && <Hushed player={player} />}
        </>
      );
    case "paused":
      return player.doing.value === "idle" ? <Poster {...props} /> : null;
    case "waiting":
      return stands.why === "opening" ? <Opening /> : <Waiting {...props} />;
    case "stalled":
      return <Stalled player={player} stands={stands} />;
    case "lost":
      return <Lost player={player} stands={stands} />;
    case "ended":
      return (
        <Panel icon={CircleCheck} title={t("The stream has ended")}>
          <p>{slate ?? t("Thank you for watching. If it goes on, it goes on here by itself.")}</p>
        </Panel>
      );
    case "none":
      return (
        <Panel icon={MonitorOff} title={slate ?? t("No picture at the moment")}>
          <p>{t("When the stream goes on, it appears here by itself.")}</p>
        </Panel>
      );
    default:
      return (
        <Panel icon={MonitorOff} title={t("This browser cannot play the stream")}>
          <p>{t("A newer browser, or another one, can.")}</p>
        </Panel>
      );
  }
}

interface PanelProps {
  icon: IconNode;
  title: string;
  class?: string;
  children?: ComponentChildren;
}

/** A word in the place of the picture. */
function Panel({ icon, title, class: more = "", children }: PanelProps) {
  return (
    <div class={`watch-panel ${more}`.trim()} role="status">
      <Icon of={icon} />
      <h2 dir="auto">{title}</h2>
      {children}
    </div>
  );
}

/** Before anything is loaded: what would be seen, and the way to see it. */
function Poster({ player, stands, coming, sources }: CoverProps) {
  const languages = sources.map(sourceName);
  return (
    <div class="watch-poster">
      <button type="button" class="watch-begin" onClick={() => player.play()}>
        <span class="watch-begin-mark">
          <Icon of={Play} />
        </span>
        <span>{coming?.on === false ? t("Watch the room") : t("Watch live")}</span>
      </button>
      <p class="watch-title">
        {coming?.on && <LiveMark />}
        <span>{languages.length > 1 && languages.join(" · ")}</span>
      </p>
      {stands.why === "theirs" && (
        <p class="watch-note">{t("The stream stands still at the moment.")}</p>
      )}
    </div>
  );
}

function Opening() {
  return (
    <div class="watch-panel bare" role="status">
      <span class="watch-spin">
        <Icon of={LoaderCircle} />
      </span>
      <p>{t("Connecting to the stream …")}</p>
    </div>
  );
}

function Waiting({ player, coming, slate }: CoverProps) {
  const left = coming?.at === undefined ? null : coming.at - now.value;
  const asked = player.wanted;
  void player.doing.value; // whether it was asked changes with it
  return (
    <Panel icon={Clock3} title={slate ?? t("The stream has not started yet")}>
      {coming?.at !== undefined && left !== null && left > 0 && left < SOON_MS && (
        <p>
          <span dir="auto">{coming.title}</span>{" "}
          <strong class="figures">
            {t("in {time}", { time: duration(Math.ceil(left / 1000) * 1000) })}
          </strong>
        </p>
      )}
      {asked ? (
        <p>{t("It starts here by itself.")}</p>
      ) : (
        <Button tone="primary" icon={Play} onClick={() => player.play()}>
          {t("Play it as soon as it starts")}
        </Button>
      )}
    </Panel>
  );
}

/** The picture stays; what is said of it stands below. */
function Stalled({ player, stands }: { player: Player; stands: Standing }) {
  const saves = player.canSave.value && !choices.value.save;
  return (
    <div class="watch-stalled" role="status">
      <span class="watch-spin">
        <Icon of={LoaderCircle} />
      </span>
      <p>
        <strong>{t("The picture stands still.")}</strong>{" "}
        {stands.why === "theirs"
          ? t("The stream itself has stopped. It goes on by itself.")
          : stands.why === "yours"
            ? t("Your connection is slow. It goes on by itself.")
            : t("It goes on by itself.")}
      </p>
      {stands.why !== "theirs" && saves && (
        <Button
          size="small"
          onClick={() => {
            choose({ save: true });
            player.save(true);
          }}
        >
          {t("Use less data")}
        </Button>
      )}
    </div>
  );
}

function Lost({ player, stands }: { player: Player; stands: Standing }) {
  const again = player.againAt.value;
  void now.value; // counts down
  const left = again === null ? 0 : Math.max(0, Math.ceil((again - performance.now()) / 1000));
  return (
    <Panel icon={Unplug} title={t("The stream cannot be reached")}>
      <p>
        {stands.why === "yours"
          ? t("It is on: the way from here to it is interrupted.")
          : stands.why === "theirs"
            ? t("Not from anywhere, at the moment. The crew sees this too.")
            : t("It comes back by itself as soon as it can.")}
      </p>
      {player.wanted ? (
        <Button onClick={() => player.tryNow()} disabled={again === null}>
          {left > 0 ? t("Try now (or in {n} s)", { n: left }) : t("Trying …")}
        </Button>
      ) : (
        <Button tone="primary" icon={Play} onClick={() => player.play()}>
          {t("Try it all the same")}
        </Button>
      )}
    </Panel>
  );
}

/** The browser let it begin without sound only. */
function Hushed({ player }: { player: Player }) {
  return (
    <button type="button" class="watch-hushed" onClick={() => player.hush(false)}>
      <Icon of={VolumeX} />
      {t("Turn the sound on")}
    </button>
  );
}
