// The controls of the device itself, on a lock screen or a headset: what is on, play and pause.

import type { Player } from "./player.ts";

/** Names what is on; null takes the controls back. */
export function onDeck(player: Player, named: { title: string; event: string } | null): void {
  if (!("mediaSession" in navigator)) return;
  const deck = navigator.mediaSession;
  deck.metadata =
    named === null ? null : new MediaMetadata({ title: named.title, artist: named.event });
  const acts: [MediaSessionAction, () => void][] = [
    ["play", () => player.play()],
    ["pause", () => player.pause()],
  ];
  for (const [action, act] of acts) deck.setActionHandler(action, named === null ? null : act);
}
