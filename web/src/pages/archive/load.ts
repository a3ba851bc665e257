// How the page's video gets its recording: a file by itself, HLS through the player's engine, which is
// fetched when it is needed.

import { t } from "../../i18n.ts";
import type { Load } from "./reel.ts";

const WISH = { save: false, soundOnly: false, language: null } as const;
const RETRY_MS = 4000;

function sorry(): string {
  return t("The recording cannot be played right now.");
}

export function load(kind: "hls" | "file"): Load {
  return kind === "file" ? file : playlist;
}

/** Answers once it is clear whether the file plays; a video without a second asked for waits for its reader. */
function file(video: HTMLVideoElement, url: string): Promise<string | null> {
  return new Promise((done) => {
    video.addEventListener("error", () => done(sorry()));
    video.preload = "metadata";
    video.src = url;
  });
}

async function playlist(video: HTMLVideoElement, url: string): Promise<string | null> {
  const { open, Unfit } = await import("../../watch/engine.ts");
  return new Promise((done) => {
    const trouble = (is: { is: string }): void => {
      if (is.is === "cut" && engine?.resume() === true) return;
      if (is.is === "broken" && engine?.mend() === true) return;
      done(sorry());
    };
    let engine: Awaited<ReturnType<typeof open>> | null = null;
    const opening = open(video, { url, kind: "hls" }, WISH, {
      trouble: (is) => {
        // hls.js has tried several times by now: a moment, then once more
        setTimeout(() => trouble(is), is.is === "cut" ? RETRY_MS : 0);
      },
      fine: () => undefined,
      tracks: () => undefined,
    });
    opening.then(
      (made) => (engine = made),
      (error: unknown) => {
        if (!(error instanceof Unfit)) throw error;
        done(sorry());
      },
    );
  });
}
