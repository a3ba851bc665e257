// Playing with hls.js, the light one or the full one.

import type Hls from "hls.js";
import type { HlsConfig, Level } from "hls.js";
import type { Engine, Listener, Track, Wish } from "./engine.ts";
import { isSame } from "./source.ts";

const LOW_HEIGHT = 360; // lines of a picture that saves data
const LOW_BITRATE = 900_000; // where the playlist does not say how many lines there are
const DVR_S = 90; // of what was watched, kept in memory to go back in

const CONFIG: Partial<HlsConfig> = {
  capLevelToPlayerSize: true,
  backBufferLength: DVR_S,
  liveSyncDurationCount: 3,
  lowLatencyMode: true,
  enableWorker: false,
  enableWebVTT: true,
};

/** The highest level that saves data: -1, no limit, when there is but one. */
export function savingLevel(levels: readonly Pick<Level, "height" | "bitrate">[]): number {
  if (levels.length < 2) return -1;
  const low = levels.map((one) =>
    one.height > 0 ? one.height <= LOW_HEIGHT : one.bitrate <= LOW_BITRATE,
  );
  return Math.max(0, low.lastIndexOf(true));
}

export function play(
  Class: typeof Hls,
  video: HTMLVideoElement,
  url: string,
  wish: Wish,
  listener: Listener,
): Engine {
  const { Events, ErrorTypes, ErrorDetails } = Class;
  let saves = wish.save;
  const hls = new Class({ ...CONFIG, capLevelToPlayerSize: !saves });
  let last: { at: number; date: number } | null = null;
  let moved: number | null = null;
  let newest = "";
  let rate = 0;
  let part = 0;
  let broke = 0;
  let started = false;

  const details = () => (hls.levels[hls.currentLevel] ?? hls.levels[hls.loadLevel])?.details;

  function cap(): void {
    hls.capLevelToPlayerSize = !saves; // which sets a limit of its own, again and again
    hls.autoLevelCapping = saves ? savingLevel(hls.levels) : -1;
  }

  function tongue(): void {
    const found = hls.audioTracks.findIndex((one) => isSame(one.lang, wish.language));
    if (found >= 0 && found !== hls.audioTrack) hls.audioTrack = found;
  }

  hls.on(Events.MANIFEST_PARSED, () => {
    started = true;
    cap();
    if (saves) hls.startLevel = savingLevel(hls.levels); // else it begins with the first listed
    listener.tracks();
  });
  hls.on(Events.AUDIO_TRACKS_UPDATED, () => {
    tongue();
    listener.tracks();
  });
  hls.on(Events.AUDIO_TRACK_SWITCHED, () => listener.tracks());
  hls.on(Events.FRAG_BUFFERED, (_event, { frag, stats }) => {
    if (frag.type === "main" && frag.duration > 0) rate = (stats.loaded * 8) / frag.duration;
    listener.fine();
  });
  hls.on(Events.FRAG_CHANGED, (_event, { frag }) => (part = frag.cc));
  hls.on(Events.LEVEL_UPDATED, (_event, { details }) => {
    const now = `${details.endCC}.${details.endSN}.${details.lastPartSn}.${details.lastPartIndex}`;
    if (now === newest) return;
    newest = now;
    moved = performance.now();
  });
  hls.on(Events.ERROR, (_event, data) => {
    if (!data.fatal) return;
    if (data.type === ErrorTypes.NETWORK_ERROR) {
      const gone = data.response?.code === 404 && data.details === ErrorDetails.MANIFEST_LOAD_ERROR;
      listener.trouble({ is: gone ? "early" : "cut" });
    } else {
      const never = data.details === ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR;
      listener.trouble({ is: never ? "unplayable" : "broken" });
    }
  });
  hls.loadSource(url);
  hls.attachMedia(video);

  return {
    date() {
      const at = video.currentTime;
      const told = hls.playingDate?.getTime();
      if (told !== undefined && Number.isFinite(told)) last = { at, date: told };
      // a picture that stands still is still of its moment when the playlist has moved on
      else if (last !== null && Math.abs(last.at - at) > 0.1) last = null;
      return last?.date ?? null;
    },
    part: () => part,
    span() {
      const found = details();
      if (found === undefined) return null;
      if (!found.live) return { from: 0, to: video.duration || found.totalduration };
      return { from: found.fragmentStart, to: hls.liveSyncPosition ?? found.edge };
    },
    live: () => details()?.live ?? true,
    moved: () => moved,
    kbps: () => (rate > 0 ? Math.round(rate / 1000) : null),
    audio() {
      const tracks: Track[] = hls.audioTracks.map((one, n) => ({
        id: String(n),
        language: one.lang,
        name: one.name,
      }));
      return { tracks, chosen: tracks[hls.audioTrack]?.id ?? null };
    },
    chooseAudio(id) {
      hls.audioTrack = Number(id);
    },
    get canSave() {
      return savingLevel(hls.levels) >= 0;
    },
    save(on) {
      saves = on;
      cap();
      // what is loaded ahead is in the old quality: the next segment is in the new one
      if (hls.levels.length > 1) hls.nextLevel = -1;
    },
    resume() {
      if (!started) return false;
      hls.startLoad(-1);
      return true;
    },
    mend() {
      broke++;
      if (broke > 2) return false;
      if (broke === 2) hls.swapAudioCodec();
      hls.recoverMediaError();
      return true;
    },
    close() {
      hls.destroy();
    },
  };
}
