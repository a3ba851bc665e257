// A player of YouTube or Vimeo in a frame, spoken to by messages: no script of theirs runs in this page.
// YouTube: developers.google.com/youtube/iframe_api_reference; Vimeo: github.com/vimeo/player.js.

import { signal } from "@preact/signals";
import type { Reel } from "./reel.ts";

type Said = Record<string, unknown>;

interface Speech {
  /** What has to be said before the player tells where it is; said until it answers. */
  hello: readonly Said[];
  /** The second that a message tells. */
  second: (said: Said) => number | null;
  go: (seconds: number) => readonly Said[];
}

function isTable(value: unknown): value is Said {
  return typeof value === "object" && value !== null;
}

export const YOUTUBE: Speech = {
  hello: [{ event: "listening", id: "reel", channel: "widget" }],
  second(said) {
    const info = said["info"];
    const at = isTable(info) ? info["currentTime"] : undefined;
    return typeof at === "number" && Number.isFinite(at) ? at : null;
  },
  go: (seconds) => [
    { event: "command", func: "seekTo", args: [seconds, true], id: "reel", channel: "widget" },
    { event: "command", func: "playVideo", args: [], id: "reel", channel: "widget" },
  ],
};

export const VIMEO: Speech = {
  hello: [{ method: "addEventListener", value: "timeupdate" }],
  second(said) {
    const data = said["event"] === "timeupdate" ? said["data"] : undefined;
    const at = isTable(data) ? data["seconds"] : undefined;
    return typeof at === "number" && Number.isFinite(at) ? at : null;
  },
  go: (seconds) => [{ method: "setCurrentTime", value: seconds }, { method: "play" }],
};

/** The address of a player that begins at a second, and can be spoken to. */
export function addressOf(player: URL, kind: "youtube" | "vimeo", at: number, origin: string): URL {
  const url = new URL(player);
  if (kind === "youtube") {
    url.searchParams.set("enablejsapi", "1");
    url.searchParams.set("origin", origin);
    if (at > 0) url.searchParams.set("start", String(Math.floor(at)));
  } else if (at > 0) url.hash = `t=${Math.floor(at)}s`;
  return url;
}

/** What a message of the player says; null for what is none. */
export function read(data: unknown): Said | null {
  if (isTable(data)) return data;
  if (typeof data !== "string" || data.length > 100_000) return null;
  try {
    const said: unknown = JSON.parse(data);
    return isTable(said) ? said : null;
  } catch {
    return null;
  }
}

const HELLO_MS = 500;
const HELLOS = 60;

/** Puts the player into `place`, in place of what is there. */
export function ofFrame(
  place: HTMLElement,
  player: URL,
  kind: "youtube" | "vimeo",
  at: number,
  title: string,
): Reel {
  const speech = kind === "youtube" ? YOUTUBE : VIMEO;
  const playhead = signal<number | null>(at > 0 ? at : null);
  const frame = document.createElement("iframe");
  const url = addressOf(player, kind, at, location.origin);
  frame.src = url.href;
  frame.title = title;
  frame.className = "reel-picture";
  frame.allow = "autoplay; fullscreen; picture-in-picture; encrypted-media";
  frame.referrerPolicy = "strict-origin-when-cross-origin"; // YouTube plays for nobody unknown
  const say = (words: readonly Said[]): void => {
    for (const one of words) frame.contentWindow?.postMessage(JSON.stringify(one), url.origin);
  };
  let heard = false;
  let hellos = 0;
  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== url.origin) return;
    const said = read(event.data);
    const second = said === null ? null : speech.second(said);
    if (second === null) return;
    heard = true;
    playhead.value = second;
  });
  frame.addEventListener("load", () => {
    const greet = (): void => {
      if (heard || hellos++ > HELLOS) return;
      say(speech.hello);
      setTimeout(greet, HELLO_MS);
    };
    greet();
  });
  place.replaceChildren(frame);
  return {
    playhead,
    go: (seconds) => {
      playhead.value = seconds;
      say(speech.go(seconds));
    },
  };
}
