// Playing what the browser plays by itself: files everywhere, HLS on Apple's.

import type { Engine, Listener } from "./engine.ts";

/** Safari tells the date of a stream's second 0; others do not know the method. */
type Dated = HTMLVideoElement & { getStartDate?: () => Date };

const EDGE_S = 10; // what native players stay behind the newest

export function play(video: HTMLVideoElement, url: string, listener: Listener): Engine {
  const heard = new AbortController();
  const on = (kind: string, act: () => void): void =>
    video.addEventListener(kind, act, { signal: heard.signal });
  let end = 0;
  let moved: number | null = null;
  on("error", () => {
    const code = video.error?.code;
    if (code === MediaError.MEDIA_ERR_NETWORK || code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED)
      listener.trouble({ is: "cut" });
    else listener.trouble({ is: "broken" });
  });
  on("progress", () => {
    const newest = edge();
    if (newest !== end) moved = performance.now();
    end = newest;
    listener.fine();
  });
  on("loadedmetadata", () => listener.tracks());
  video.src = url;

  function edge(): number {
    const { seekable } = video;
    return seekable.length === 0 ? 0 : seekable.end(seekable.length - 1);
  }

  return {
    date() {
      const start = (video as Dated).getStartDate?.().getTime();
      if (start === undefined || !Number.isFinite(start)) return null;
      return start + video.currentTime * 1000;
    },
    part: () => 0,
    span() {
      const { seekable } = video;
      if (seekable.length === 0) return null;
      const live = video.duration === Infinity;
      return { from: seekable.start(0), to: Math.max(0, edge() - (live ? EDGE_S : 0)) };
    },
    live: () => video.duration === Infinity,
    moved: () => moved,
    kbps: () => null,
    audio: () => ({ tracks: [], chosen: null }),
    chooseAudio: () => undefined,
    canSave: false,
    save: () => undefined,
    resume: () => false,
    mend: () => false,
    close() {
      heard.abort();
      video.removeAttribute("src");
      video.load();
    },
  };
}
