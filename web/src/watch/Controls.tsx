// The player's controls, over the lower edge of the picture.

import {
  Captions,
  CaptionsOff,
  Maximize,
  Minimize,
  Pause,
  PictureInPicture2,
  Play,
  Settings2,
  Volume2,
  VolumeX,
} from "lucide";
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { duration, minutes, t } from "../i18n.ts";
import type { SourceView } from "../net/protocol.gen.ts";
import { Button } from "../ui/index.ts";
import { choices, choose } from "./choices.ts";
import { mute, toggleCaptions } from "./keys.ts";
import { BEHIND_S, type Place, type Player } from "./player.ts";
import { canFloat, canFullScreen, float, fullScreen } from "./screen.ts";
import { Settings } from "./Settings.tsx";

const LEAST_S = 20; // what can be gone back, for a line to go back on

interface Props {
  player: Player;
  frame: RefObject<HTMLDivElement | null>;
  sources: readonly SourceView[];
}

export function Controls({ player, frame, sources }: Props) {
  const { video } = player;
  const place = player.place.value;
  const doing = player.doing.value;
  const runs = doing === "playing" || doing === "stuck" || doing === "opening";
  const captions = player.captions.value;
  const chosen = choices.value.captions;
  const captioned = chosen !== null && captions.includes(chosen);
  const [whole, setWhole] = useState(false);
  useEffect(() => {
    const look = (): void => setWhole(document.fullscreenElement === frame.current);
    document.addEventListener("fullscreenchange", look);
    return () => document.removeEventListener("fullscreenchange", look);
  }, []);
  return (
    <div class="watch-controls">
      {place !== null && place.to - place.from > LEAST_S && <Line player={player} place={place} />}
      <div class="watch-bar">
        <Button
          tone="plain"
          icon={runs ? Pause : Play}
          label={runs ? t("Pause") : t("Play")}
          aria-keyshortcuts="K"
          onClick={() => player.toggle()}
        />
        <Sound player={player} />
        {place !== null && <Live player={player} place={place} />}
        <span class="watch-gap" />
        {captions.length > 0 && (
          <Button
            tone="plain"
            icon={captioned ? Captions : CaptionsOff}
            label={t("Captions")}
            aria-pressed={captioned}
            aria-keyshortcuts="C"
            onClick={() => toggleCaptions(player)}
          />
        )}
        <Button
          tone="plain"
          icon={Settings2}
          label={t("Settings")}
          popovertarget="watch-settings"
        />
        {canFloat(video) && !choices.value.soundOnly && (
          <Button
            tone="plain"
            class="watch-float"
            icon={PictureInPicture2}
            label={t("Picture in picture")}
            onClick={() => void float(video)}
          />
        )}
        {canFullScreen(video) && (
          <Button
            tone="plain"
            icon={whole ? Minimize : Maximize}
            label={whole ? t("Leave full screen") : t("Full screen")}
            aria-keyshortcuts="F"
            onClick={() => frame.current && void fullScreen(frame.current, video)}
          />
        )}
      </div>
      <Settings player={player} sources={sources} />
    </div>
  );
}

function Sound({ player }: { player: Player }) {
  const { volume, muted } = choices.value;
  const off = muted || player.hushed.value;
  return (
    <span class="watch-sound">
      <Button
        tone="plain"
        icon={off ? VolumeX : Volume2}
        label={off ? t("Sound on") : t("Sound off")}
        aria-keyshortcuts="M"
        onClick={() => mute(player)}
      />
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={off ? 0 : volume}
        aria-label={t("Volume")}
        style={{ "--part": off ? 0 : volume }}
        onInput={(event) => {
          player.hush(false);
          const value = event.currentTarget.valueAsNumber;
          choose({ volume: value, muted: value === 0 });
        }}
      />
    </span>
  );
}

function behind(place: Place): number {
  return Math.max(0, place.to - place.at);
}

/** At the newest picture, or how far from it and the way back. */
function Live({ player, place }: { player: Player; place: Place }) {
  if (!place.live)
    return (
      <span class="watch-time figures">
        {duration(place.at * 1000)} / {duration(place.to * 1000)}
      </span>
    );
  const far = behind(place);
  if (far <= BEHIND_S) return <span class="watch-live at-edge">{t("Live##stream")}</span>;
  return (
    <button
      type="button"
      class="watch-live"
      aria-label={t("To the live picture")}
      onClick={() => player.toEdge()}
    >
      <span class="figures">−{duration(far * 1000)}</span> {t("Live##stream")}
    </button>
  );
}

/** What can be gone back to, as a line. */
function Line({ player, place }: { player: Player; place: Place }) {
  const [held, hold] = useState<number | null>(null);
  const at = held ?? Math.min(place.at, place.to);
  const far = place.to - at;
  return (
    <input
      class="watch-line"
      type="range"
      min={place.from}
      max={place.to}
      step={1}
      value={at}
      aria-label={t("Place in the stream")}
      aria-valuetext={
        !place.live
          ? duration(at * 1000)
          : far <= BEHIND_S
            ? t("Live##stream")
            : t("{time} before the live picture", {
                time: far < 60 ? t("{n} s", { n: Math.round(far) }) : minutes(far * 1000),
              })
      }
      style={{ "--part": (at - place.from) / Math.max(1, place.to - place.from) }}
      onInput={(event) => hold(event.currentTarget.valueAsNumber)}
      onChange={(event) => {
        player.seek(event.currentTarget.valueAsNumber);
        hold(null);
      }}
    />
  );
}
