// The recording that plays: a video of the page's own, or a player of another site in a frame. What is
// common to them: where the playhead is, and going to a second.

import { signal, type ReadonlySignal } from "@preact/signals";

export interface Reel {
  /** The second that plays; null while it is not known. */
  playhead: ReadonlySignal<number | null>;
  /** Goes to a second and plays from there. */
  go: (seconds: number) => void;
}

/** How a video gets its recording; answers what went wrong, in words, or null. */
export type Load = (video: HTMLVideoElement, url: string) => Promise<string | null>;

/** The page's own video: `at` is where it begins. */
export function ofVideo(
  video: HTMLVideoElement,
  url: string,
  at: number,
  load: Load,
  failed: (why: string) => void,
): Reel {
  const playhead = signal<number | null>(at > 0 ? at : null);
  let wanted: number | null = at > 0 ? at : null; // until the video is ready to go there
  const place = (): void => {
    if (wanted === null || video.readyState < HTMLMediaElement.HAVE_METADATA) return;
    video.currentTime = Number.isFinite(video.duration)
      ? Math.min(wanted, Math.max(0, video.duration - 0.1))
      : wanted;
    wanted = null;
  };
  const tell = (): void => {
    if (wanted === null) playhead.value = video.currentTime;
  };
  video.addEventListener("loadedmetadata", place);
  for (const event of ["timeupdate", "seeking", "seeked", "playing"])
    video.addEventListener(event, tell);
  void load(video, url).then((why) => why !== null && failed(why));
  return {
    playhead,
    go: (seconds) => {
      wanted = seconds;
      playhead.value = seconds;
      place();
      void video.play().catch(() => undefined); // what cannot play says so by itself
    },
  };
}
