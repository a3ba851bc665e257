// Captions are text tracks of the video, whoever put them there: the browser, or hls.js.

function tracksOf(video: HTMLVideoElement): TextTrack[] {
  return [...video.textTracks].filter((one) => one.kind === "captions" || one.kind === "subtitles");
}

/** What a choice of captions is kept as: the language, else what it is called. */
function named(track: TextTrack): string {
  return track.language || track.label || "?";
}

/** The captions there are. */
export function captionsOf(video: HTMLVideoElement): string[] {
  return [...new Set(tracksOf(video).map(named))];
}

/** Shows those that were chosen, and no others. */
export function showCaptions(video: HTMLVideoElement, chosen: string | null): void {
  let shown = false;
  for (const track of tracksOf(video)) {
    const mode: TextTrackMode = !shown && named(track) === chosen ? "showing" : "disabled";
    shown ||= mode === "showing";
    if (track.mode !== mode) track.mode = mode;
  }
}
