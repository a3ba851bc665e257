// The room's stream on the page: the player or the way to it, with whatever stands in its place. A
// script of its own, fetched only where there is a stream.

import { useEffect, useRef, useState } from "preact/hooks";
import { boot } from "../boot.ts";
import { t } from "../i18n.ts";
import type { RoomView, SourceView } from "../net/protocol.gen.ts";
import { streams, type WithId } from "../state/store.ts";
import { choices } from "./choices.ts";
import { Controls } from "./Controls.tsx";
import { Cover, type Coming } from "./Cover.tsx";
import { onDeck } from "./deck.ts";
import { Elsewhere } from "./Elsewhere.tsx";
import { pressed } from "./keys.ts";
import { isPlayable, Player } from "./player.ts";
import { report } from "./report.ts";
import { chosenSource } from "./source.ts";
import { standing, type Doing, type Health, type Is } from "./standing.ts";
import { inStep, late, tell } from "./step.ts";
import { StepBar } from "./StepBar.tsx";

/** Where there is a picture to control. */
const MOVING: ReadonlySet<Is> = new Set(["playing", "paused", "stalled"]);
const QUIET_MS = 3000; // the controls go when nobody has moved for so long

export interface WatchProps {
  room: WithId<RoomView>;
  /** What is on, or comes next. */
  coming: Coming | null;
}

export function Watch({ room, coming }: WatchProps) {
  const source = chosenSource(room.stream?.sources ?? [], choices.value.language);
  const health = streams.value?.rooms[room.id]?.health;
  if (source !== undefined && !isPlayable(source))
    return <Embedded room={room} source={source} key={source.url} />;
  return <Played room={room} source={source} coming={coming} health={health} />;
}

function data(room: WithId<RoomView>, is: string): Record<string, unknown> {
  return {
    id: "watch",
    class: "watch",
    "data-stream": room.id,
    "data-state": is,
    "data-late": late.value === null ? undefined : (late.value / 1000).toFixed(1),
    "data-step": inStep.value ? "in-step" : "live",
    "aria-label": t("Stream"),
  };
}

/** A player of another site, after a press; before it, a link. */
function Embedded({ room, source }: { room: WithId<RoomView>; source: SourceView }) {
  const [open, setOpen] = useState(false);
  const sources = room.stream?.sources ?? [];
  const lateS = room.stream?.late_s;
  const grace = room.stream?.grace_s ?? 0;
  useEffect(() => {
    if (!open || lateS === undefined) return undefined;
    const again = (): void => tell(lateS * 1000, grace);
    again();
    const timer = setInterval(again, 250);
    return () => {
      clearInterval(timer);
      tell(null, 0);
    };
  }, [open, lateS, grace]);
  useEffect(
    () =>
      open ? report(room.id, () => ({ state: "playing", stalls: 0, stalled_s: 0 })) : undefined,
    [open, room.id],
  );
  const { is } = standing(source, open ? "playing" : "idle", undefined);
  return (
    <section {...data(room, is)}>
      <Elsewhere source={source} open={open} onOpen={setOpen} />
      {(open || sources.length > 1) && (
        <StepBar sources={sources} knows={!open || lateS !== undefined} />
      )}
    </section>
  );
}

const SLOT = `streamhub.watching.${boot.event ?? ""}`;

/** Whether this tab was watching before it was loaded anew. */
function watched(room: string): boolean {
  return sessionStorage.getItem(SLOT) === room;
}

interface PlayedProps extends WatchProps {
  source: SourceView | undefined;
  health: Health | undefined;
}

function Played({ room, source, coming, health }: PlayedProps) {
  const frame = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [player, setPlayer] = useState<Player | null>(null);
  const [awake, wake] = useAwake();
  useEffect(() => {
    const made = new Player(video.current as HTMLVideoElement);
    setPlayer(made);
    const stop = report(room.id, () => made.report());
    return () => {
      stop();
      made.dispose();
    };
  }, [room.id]);
  useEffect(() => {
    if (player === null) return;
    player.give(source, room.stream);
    if (isPlayable(source) && !player.wanted && watched(room.id)) player.play();
  }, [player, source?.url, source?.kind, room.stream]);
  const doing: Doing = player?.doing.value ?? "idle";
  useEffect(() => {
    // a pause is a wish, all else just happens
    if (player?.wanted) sessionStorage.setItem(SLOT, room.id);
    else if (doing === "paused") sessionStorage.removeItem(SLOT);
  }, [doing, room.id]);
  const title = coming?.title;
  useEffect(() => {
    if (player === null || doing === "idle") return undefined;
    onDeck(player, { title: title ?? room.name, event: boot.title ?? "" });
    return () => onDeck(player, null);
  }, [player, doing === "idle", title]);
  const stands = standing(source, doing, health);
  const moving = stands.is === "playing" && !choices.value.soundOnly;
  const begun = doing !== "idle" && source !== undefined;
  const sources = room.stream?.sources ?? [];
  return (
    <section {...data(room, stands.is)}>
      <div
        class={`watch-frame${moving && !awake ? " calm" : ""}`}
        data-theme="dark"
        ref={frame}
        role="group"
        tabIndex={-1}
        aria-label={t("Player")}
        onPointerMove={wake}
        onFocusIn={wake}
        onKeyDown={(event) => {
          wake();
          if (player !== null && frame.current !== null) pressed(event, player, frame.current);
        }}
      >
        <video
          data-video
          ref={video}
          playsInline
          preload="none"
          onClick={(event) => {
            const touched = (event as unknown as PointerEvent).pointerType === "touch";
            if (!touched && begun) player?.toggle();
            else wake();
          }}
        />
        {player !== null && (
          <Cover
            player={player}
            stands={stands}
            health={health}
            coming={coming}
            slate={room.slate}
            sources={sources}
          />
        )}
        {player !== null && begun && MOVING.has(stands.is) && (
          <Controls player={player} frame={frame} sources={sources} />
        )}
      </div>
      {(begun || sources.length > 1) && (
        <StepBar
          sources={sources}
          player={player ?? undefined}
          knows={late.value !== null || doing !== "playing"}
        />
      )}
    </section>
  );
}

/** Whether somebody has just moved here. */
function useAwake(): [boolean, () => void] {
  const [awake, setAwake] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const wake = (): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAwake(false), QUIET_MS);
    setAwake(true);
  };
  return [awake, wake];
}
