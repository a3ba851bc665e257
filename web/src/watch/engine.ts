// What plays a source in a video element, whichever way: hls.js (a script of its own, fetched when it
// is wanted) or the browser itself. The rest of the page knows only this.

import { readPlaylist, type Playlist } from "./playlist.ts";

/** What went wrong, so far that the engine does not go on by itself. */
export type Trouble =
  | { is: "early" } // there is no stream yet
  | { is: "cut" } // it cannot be fetched
  | { is: "broken" } // it was fetched and cannot be played
  | { is: "unplayable" }; // this browser cannot, nothing that is tried again helps

export interface Track {
  id: string;
  language: string | undefined;
  name: string;
}

/** What was loaded, for as long as it is. Times are the video's own, in seconds. */
export interface Engine {
  /** The picture's own time, ms UTC; null when the stream does not say it. */
  date(): number | null;
  /** Which part of the stream plays; discontinuities are between parts. */
  part(): number;
  /** From where to where can be watched; `to` is the newest that plays smoothly. */
  span(): { from: number; to: number } | null;
  /** Whether it goes on being made. */
  live(): boolean;
  /** When the playlist last went on, ms of `performance.now()`; null: nobody knows. */
  moved(): number | null;
  /** What the picture takes, in kbit/s, by the newest segment. */
  kbps(): number | null;
  audio(): { tracks: Track[]; chosen: string | null };
  chooseAudio(id: string): void;
  /** Whether less than the best can be asked for. */
  canSave: boolean;
  save(on: boolean): void;
  /** Fetches on after `cut`; false: it has to be opened anew. */
  resume(): boolean;
  /** Decodes anew after `broken`; false: it has to be opened anew. */
  mend(): boolean;
  close(): void;
}

export interface Listener {
  trouble(is: Trouble): void;
  /** Something arrived. */
  fine(): void;
  /** Tracks to choose from came or went. */
  tracks(): void;
}

export interface Wish {
  save: boolean;
  /** Sound without a picture, where there is such a playlist. */
  soundOnly: boolean;
  language: string | null;
}

export class Unfit extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble.is);
  }
}

const PATIENCE_MS = 10_000;

/** Fetches a playlist; throws `Unfit` when there is none to play. */
export async function lookAt(url: string): Promise<Playlist> {
  let answer: Response;
  try {
    answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new Unfit({ is: "cut" });
  }
  if (answer.status === 404 || answer.status === 410) throw new Unfit({ is: "early" });
  if (!answer.ok) throw new Unfit({ is: "cut" });
  const found = readPlaylist(await answer.text(), answer.url || url);
  if (found.is === "none") throw new Unfit({ is: "broken" });
  if (found.is === "media" && found.segments === 0) throw new Unfit({ is: "early" });
  return found;
}

/** Whether a stream that had ended is live again. */
export async function goesOn(url: string): Promise<boolean> {
  try {
    const found = await lookAt(url);
    const media = found.first === undefined ? found : await lookAt(found.first);
    return media.is === "media" && !media.ended;
  } catch {
    return false;
  }
}

function hasMediaSource(): boolean {
  return "ManagedMediaSource" in window || "MediaSource" in window;
}

/** Opens a playlist or file in `video`; throws `Unfit`. */
export async function open(
  video: HTMLVideoElement,
  source: { url: string; kind: "hls" | "file" },
  wish: Wish,
  listener: Listener,
): Promise<Engine> {
  if (source.kind === "file") {
    const { play } = await import("./native.ts");
    return play(video, source.url, listener);
  }
  const found = await lookAt(source.url).catch((problem: Unfit) => {
    // the browser itself may play what no script is allowed to read
    if (hasMediaSource() || problem.trouble.is !== "cut") throw problem;
    return readPlaylist("", source.url);
  });
  const url = wish.soundOnly ? (soundOf(found, wish.language) ?? source.url) : source.url;
  if (hasMediaSource()) {
    const { play } = await import("./hls.ts");
    // a playlist of sound alone holds no renditions
    const full = found.needsFull && url === source.url;
    const { default: Hls } = full ? await import("hls.js") : await import("hls.js/light");
    if (Hls.isSupported()) return play(Hls, video, url, wish, listener);
  }
  if (video.canPlayType("application/vnd.apple.mpegurl") === "")
    throw new Unfit({ is: "unplayable" });
  const { play } = await import("./native.ts");
  return play(video, url, listener);
}

/** Where the sound alone is, in the wished language. */
export function soundOf(found: Playlist, language: string | null): string | undefined {
  const alone = found.audio.filter((one) => one.url !== undefined);
  const wished = alone.find((one) => one.language !== undefined && one.language === language);
  return (wished ?? alone.find((one) => one.isDefault) ?? alone[0])?.url ?? found.soundOnly;
}
