// Where a room's stream stands for this page: what its own player sees, and what the server says of
// the stream to everybody.

import type { SourceView } from "../net/protocol.gen.ts";

/** What stands in the page's `data-state`. */
export type Is =
  | "none" // nothing is sent from this room
  | "waiting" // it has not begun, or begins just now
  | "playing"
  | "paused" // it can be played
  | "stalled" // the picture stands still
  | "lost" // it cannot be fetched
  | "ended"
  | "link"; // it is watched elsewhere

/** What the player is doing. */
export type Doing =
  | "idle" // nobody has asked it to play
  | "opening"
  | "early" // there is nothing yet
  | "playing"
  | "paused"
  | "stuck"
  | "cut"
  | "unplayable"
  | "ended";

export type Health = "waiting" | "live" | "late" | "stalled" | "ended" | "unreachable";

/** Why it is so, as far as words for it differ. */
export type Why = "" | "opening" | "theirs" | "yours" | "unplayable";

export interface Standing {
  is: Is;
  why: Why;
}

/**
 * Combines the two. The player's own eyes come first: a stream that plays here plays, whatever the
 * server sees from where it is. Without a player, what the server says is all there is.
 */
export function standing(
  source: Pick<SourceView, "kind"> | undefined,
  doing: Doing,
  health: Health | undefined,
): Standing {
  if (source === undefined) return { is: "none", why: "" };
  if (source.kind === "link") return { is: "link", why: "" };
  if (source.kind === "youtube" || source.kind === "vimeo")
    return { is: doing === "playing" ? "playing" : "link", why: "" };
  switch (doing) {
    case "idle":
      if (health === "waiting") return { is: "waiting", why: "" };
      if (health === "ended") return { is: "ended", why: "" };
      if (health === "unreachable") return { is: "lost", why: "theirs" };
      return { is: "paused", why: health === "stalled" ? "theirs" : "" };
    case "opening":
      return { is: "waiting", why: "opening" };
    case "early":
      return health === "ended" ? { is: "ended", why: "" } : { is: "waiting", why: "" };
    case "stuck":
      if (health === "ended") return { is: "ended", why: "" };
      return {
        is: "stalled",
        why: health === "stalled" || health === "late" ? "theirs" : fault(health),
      };
    case "cut":
      if (health === "ended") return { is: "ended", why: "" };
      if (health === "waiting") return { is: "waiting", why: "" };
      return { is: "lost", why: health === "unreachable" ? "theirs" : fault(health) };
    case "unplayable":
      return { is: "link", why: "unplayable" };
    default:
      return { is: doing, why: "" };
  }
}

/** Where the server sees a stream that is well, the way to this page is the trouble. */
function fault(health: Health | undefined): Why {
  return health === "live" ? "yours" : "";
}

/** How long to wait before trying again, in ms: twice as long each time, and not all at once. */
export function pauseBefore(tries: number, random: () => number = Math.random): number {
  return Math.min(15_000, 1000 * 2 ** Math.min(tries, 5)) * (0.75 + random() / 2);
}

const JUMP_MS = 6000;
const RENEW_MS = 12_000;

/**
 * What to do about a picture that has stood still for `stillMs`: nothing while the stream itself does
 * not go on; else go to its newest picture, and open it anew when that has not helped.
 */
export function remedy(
  stillMs: number,
  goesOn: boolean,
  jumped: boolean,
): "wait" | "jump" | "renew" {
  if (!goesOn) return "wait";
  if (stillMs > RENEW_MS) return "renew";
  return stillMs > JUMP_MS && !jumped ? "jump" : "wait";
}
