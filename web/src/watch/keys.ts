// The player's keys: they act only while the focus is in the player, and leave its fields their own.

import { t } from "../i18n.ts";
import { choices, choose } from "./choices.ts";
import type { Player } from "./player.ts";
import { fullScreen } from "./screen.ts";

const STEP_S = 10;
const LOUDER = 0.1;

interface Key {
  keys: readonly string[];
  shown: string;
  what: () => string;
  act: (player: Player, frame: HTMLElement) => void;
}

function back(player: Player, by: number): void {
  const at = player.place.peek()?.at;
  if (at !== undefined) player.seek(at + by);
}

function louder(by: number): void {
  const { volume } = choices.peek();
  choose({ volume: Math.min(1, Math.max(0, Math.round((volume + by) * 100) / 100)), muted: false });
}

/** Turns the sound off or on. */
export function mute(player: Player): void {
  const off = player.hushed.peek() || choices.peek().muted;
  player.hush(false);
  choose({ muted: !off });
}

/** Shows the captions, the first if none were chosen, or none. */
export function toggleCaptions(player: Player): void {
  const chosen = choices.peek().captions;
  const there = player.captions.peek();
  choose({ captions: chosen !== null && there.includes(chosen) ? null : (there[0] ?? null) });
}

export const KEYS: readonly Key[] = [
  {
    keys: [" ", "k"],
    shown: "K",
    what: () => t("Play or pause"),
    act: (player) => player.toggle(),
  },
  {
    keys: ["ArrowLeft"],
    shown: "←",
    what: () => t("10 s back"),
    act: (player) => back(player, -STEP_S),
  },
  {
    keys: ["ArrowRight"],
    shown: "→",
    what: () => t("10 s on"),
    act: (player) => back(player, STEP_S),
  },
  {
    keys: ["l"],
    shown: "L",
    what: () => t("To the live picture"),
    act: (player) => player.toEdge(),
  },
  { keys: ["m"], shown: "M", what: () => t("Sound off or on"), act: mute },
  { keys: ["ArrowUp"], shown: "↑", what: () => t("Louder"), act: () => louder(LOUDER) },
  { keys: ["ArrowDown"], shown: "↓", what: () => t("Quieter"), act: () => louder(-LOUDER) },
  { keys: ["c"], shown: "C", what: () => t("Captions on or off"), act: toggleCaptions },
  {
    keys: ["f"],
    shown: "F",
    what: () => t("Full screen"),
    act: (player, frame) => void fullScreen(frame, player.video),
  },
];

/** Acts on a key that was pressed in the player. */
export function pressed(event: KeyboardEvent, player: Player, frame: HTMLElement): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const { target } = event;
  const inField = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
  // a range has its arrows, a list its letters, a button its space
  if (inField && (event.key.startsWith("Arrow") || target instanceof HTMLSelectElement)) return;
  if (event.key === " " && (inField || target instanceof HTMLButtonElement)) return;
  if (event.key.startsWith("Arrow") && target instanceof Element && target.closest("[popover]"))
    return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const found = KEYS.find((one) => one.keys.includes(key));
  if (found === undefined) return;
  event.preventDefault();
  found.act(player, frame);
}
