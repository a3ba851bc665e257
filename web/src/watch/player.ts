// The player of one room: opens what is to be played, keeps it playing, and comes back by itself after
// whatever happened. It is told what people want; it tells what it is doing.

import { effect, signal } from "@preact/signals";
import type { SourceView, StreamView } from "../net/protocol.gen.ts";
import { captionsOf, showCaptions } from "./captions.ts";
import { choices } from "./choices.ts";
import { goesOn, open, Unfit, type Engine, type Track, type Trouble } from "./engine.ts";
import { Measuring } from "./measuring.ts";
import type { Figures } from "./report.ts";
import { pauseBefore, remedy, type Doing } from "./standing.ts";
import { tell } from "./step.ts";

const TICK_MS = 250;
const STUCK_MS = 2500; // a picture that stands still for longer has stopped
const OPEN_MS = 10_000; // the first picture may take longer
const AGAIN_MS = 15_000; // how often to see whether what has ended goes on
export const BEHIND_S = 8; // whoever is this far behind the newest has gone back

/** What can be played here; everything else is watched elsewhere. */
export type Playable = SourceView & { kind: "hls" | "file" };

export function isPlayable(source: SourceView | undefined): source is Playable {
  return source?.kind === "hls" || source?.kind === "file";
}

const REPORTED: Partial<Record<Doing, Figures["state"]>> = {
  playing: "playing",
  stuck: "stalled",
  cut: "lost",
  paused: "paused",
};

export interface Place {
  from: number;
  to: number;
  at: number;
  live: boolean;
}

export class Player {
  readonly doing = signal<Doing>("idle");
  /** Where the picture is in what can be watched. */
  readonly place = signal<Place | null>(null);
  readonly audio = signal<{ tracks: Track[]; chosen: string | null }>({ tracks: [], chosen: null });
  readonly captions = signal<readonly string[]>([]);
  readonly canSave = signal(false);
  /** The browser let it play without sound only. */
  readonly hushed = signal(false);
  /** When it tries again, ms of `performance.now()`; null: it is not waiting. */
  readonly againAt = signal<number | null>(null);

  readonly video: HTMLVideoElement;
  #engine: Engine | null = null;
  #source: Playable | undefined;
  #stream: StreamView | undefined;
  #wanted = false;
  #opening = 0;
  #stalls = { stalls: 0, stalled_s: 0 };
  #tries = 0;
  #isCut = false;
  #wasLive = false;
  #goesBack = false;
  #measuring = new Measuring();
  #seen = { position: -1, at: 0, tick: 0, jumped: false };
  #again: ReturnType<typeof setTimeout> | undefined;
  #act: () => void = () => undefined;
  #stop: (() => void)[] = [];

  constructor(video: HTMLVideoElement) {
    this.video = video;
    const gone = new AbortController();
    const on = (kind: string, act: () => void): void =>
      video.addEventListener(kind, act, { signal: gone.signal });
    on("playing", () => this.#engine && (this.doing.value = "playing"));
    on("pause", () => this.#paused());
    on("ended", () => this.#ended());
    on("volumechange", () => !video.muted && (this.hushed.value = false));
    video.textTracks.addEventListener("addtrack", () => this.#tracks(), gone);
    addEventListener("online", () => this.tryNow(), gone);
    const timer = setInterval(() => this.#tick(), TICK_MS);
    this.#stop.push(
      () => gone.abort(),
      () => clearInterval(timer),
      effect(() => {
        const { volume, muted } = choices.value;
        video.volume = volume;
        if (!this.hushed.value) video.muted = muted;
      }),
      effect(() => showCaptions(video, choices.value.captions)),
    );
  }

  /** What to play from now on; what is playing goes on if it is the same. */
  give(source: SourceView | undefined, stream: StreamView | undefined): void {
    this.#stream = stream;
    const next = isPlayable(source) ? source : undefined;
    const same = next?.url === this.#source?.url && next?.kind === this.#source?.kind;
    this.#source = next;
    if (same) return;
    this.#tries = 0;
    this.#wasLive = false;
    if (next !== undefined && this.#wanted) void this.#open();
    else this.#close("idle");
  }

  get wanted(): boolean {
    return this.#wanted;
  }

  /** What is told of the picture; null while nobody watches. */
  report(): Figures | null {
    const state = REPORTED[this.doing.peek()];
    if (state === undefined) return null;
    const kbps = this.#engine?.kbps() ?? null;
    return { state, ...this.#stalls, ...(kbps !== null && { kbps }) };
  }

  play(): void {
    this.#wanted = true;
    if (this.#engine !== null && this.doing.peek() !== "ended") return void this.#start();
    // asked for within the press, or some browsers forget that there was one
    this.video.play().catch(() => undefined);
    this.#tries = 0;
    void this.#open();
  }

  pause(): void {
    this.#wanted = false;
    this.#goesBack = true;
    if (this.#engine === null) this.#close("idle");
    else this.video.pause();
  }

  toggle(): void {
    if (this.doing.peek() === "playing" || this.doing.peek() === "stuck") this.pause();
    else this.play();
  }

  seek(to: number): void {
    const place = this.#engine?.span();
    if (place === null || place === undefined) return;
    const at = Math.min(place.to, Math.max(place.from, to));
    this.#goesBack = place.to - at > BEHIND_S;
    this.video.currentTime = at;
    this.#look();
  }

  /** Goes to the newest picture, and plays on from there. */
  toEdge(): void {
    this.#goesBack = false;
    const place = this.#engine?.span();
    if (place) this.video.currentTime = place.to;
    this.play();
  }

  /** The next try comes now. */
  tryNow(): void {
    if (this.againAt.peek() === null) return;
    const act = this.#act;
    this.#calm();
    act();
  }

  /** Opens anew what plays, after a choice that needs it. */
  reopen(): void {
    if (this.#wanted && this.#source !== undefined) void this.#open();
    else this.#close("idle");
  }

  chooseAudio(id: string): void {
    this.#engine?.chooseAudio(id);
    this.#tracks();
  }

  save(on: boolean): void {
    this.#engine?.save(on);
  }

  hush(on: boolean): void {
    this.hushed.value = on;
    this.video.muted = on || choices.peek().muted;
  }

  dispose(): void {
    for (const stop of this.#stop) stop();
    this.#close("idle");
    tell(null, 0);
  }

  // --- opening and closing -----------------------------------------------------------------------

  async #open(): Promise<void> {
    const source = this.#source;
    if (source === undefined) return;
    this.#close("opening");
    const mine = this.#opening;
    const { save, soundOnly, language } = choices.peek();
    const listener = {
      trouble: (is: Trouble) => mine === this.#opening && this.#trouble(is),
      fine: () => mine === this.#opening && this.#fine(),
      tracks: () => mine === this.#opening && this.#tracks(),
    };
    try {
      const engine = await open(this.video, source, { save, soundOnly, language }, listener);
      if (mine !== this.#opening) return engine.close();
      this.#engine = engine;
    } catch (problem) {
      if (mine !== this.#opening) return;
      // a script that could not be fetched is a cut line too
      return this.#trouble(problem instanceof Unfit ? problem.trouble : { is: "cut" });
    }
    this.#seen = { position: -1, at: performance.now(), tick: performance.now(), jumped: false };
    await this.#start();
  }

  /** Plays, without sound where the browser allows no more; not at all where it allows nothing. */
  async #start(): Promise<void> {
    const mine = this.#opening;
    const refused = async (): Promise<boolean> => {
      try {
        await this.video.play();
        return false;
      } catch (problem) {
        return (problem as DOMException).name === "NotAllowedError";
      }
    };
    if (!(await refused()) || mine !== this.#opening) return;
    this.hush(true);
    if (!(await refused()) || mine !== this.#opening) return;
    this.hush(false);
    this.#wanted = false;
    this.#close("idle");
  }

  #close(doing: Doing): void {
    this.#opening++;
    this.#calm();
    this.#isCut = false;
    this.#engine?.close();
    this.#engine = null;
    this.#measuring.anew();
    this.place.value = null;
    this.#goesBack = false;
    this.doing.value = doing;
    this.#tracks();
  }

  // --- what happens ------------------------------------------------------------------------------

  #paused(): void {
    if (this.#engine === null || this.video.ended || this.doing.peek() === "ended") return;
    this.doing.value = "paused"; // by us, by the keys of the device, by a headset
    if (!this.video.error) this.#wanted = false;
  }

  #ended(): void {
    if (this.#engine === null) return;
    this.doing.value = "ended";
    if (this.#wasLive) this.#later(AGAIN_MS, () => void this.#goesOn());
  }

  /** Plays on if what had ended is live again. */
  async #goesOn(): Promise<void> {
    const mine = this.#opening;
    const goes = await goesOn(this.#source?.url ?? "");
    if (mine !== this.#opening) return;
    if (goes && this.#wanted) void this.#open();
    else this.#later(AGAIN_MS, () => void this.#goesOn());
  }

  #fine(): void {
    this.#tries = 0;
    this.#isCut = false;
    this.#calm();
  }

  /** Nothing is to be tried any more. */
  #calm(): void {
    clearTimeout(this.#again);
    this.againAt.value = null;
  }

  #trouble({ is }: Trouble): void {
    if (is === "unplayable") return this.#close("unplayable");
    if (is === "broken" && this.#engine?.mend()) return;
    if (is === "early" && !this.#wasLive) this.#close("early");
    // what was fetched before still plays
    else if (this.#engine === null || is === "broken") this.#close("cut");
    this.#isCut = is !== "early";
    this.#later(pauseBefore(this.#tries++), () => this.#retry());
  }

  #retry(): void {
    this.#calm();
    if (!this.#wanted) return;
    if (this.#engine?.resume() !== true) void this.#open();
  }

  #later(ms: number, act: () => void): void {
    this.#calm();
    this.#act = act;
    this.againAt.value = performance.now() + ms;
    this.#again = setTimeout(act, ms);
  }

  #tracks(): void {
    this.audio.value = this.#engine?.audio() ?? { tracks: [], chosen: null };
    this.captions.value = captionsOf(this.video);
    this.canSave.value = this.#engine?.canSave ?? false;
    showCaptions(this.video, choices.peek().captions);
  }

  // --- four times a second -----------------------------------------------------------------------

  #tick(): void {
    if (this.#engine !== null) {
      this.#wasLive ||= this.#engine.live();
      this.#watchPicture(this.#engine);
    }
    this.#look();
  }

  /** Notices when the picture stands still, and does what helps. */
  #watchPicture(engine: Engine): void {
    const [video, seen, now] = [this.video, this.#seen, performance.now()];
    const passed = now - seen.tick;
    seen.tick = now;
    const doing = this.doing.peek();
    if (video.paused || video.ended || doing === "ended" || doing === "paused") {
      seen.at = now;
      return;
    }
    if (video.seeking) seen.position = video.currentTime;
    if (video.currentTime !== seen.position) {
      const stood = doing === "stuck" || doing === "cut";
      if (seen.position >= 0) this.doing.value = "playing";
      Object.assign(seen, { position: video.currentTime, at: now, jumped: false });
      if (stood) this.#catchUp(engine);
      return;
    }
    if (now - seen.at < (doing === "opening" ? OPEN_MS : STUCK_MS)) return;
    if (doing === "playing") this.#stalls.stalls++;
    this.#stalls.stalled_s += passed / 1000;
    this.doing.value = this.#isCut ? "cut" : "stuck";
    const goesOn = !this.#isCut && (engine.moved() ?? 0) > seen.at;
    const what = remedy(now - seen.at, goesOn, seen.jumped);
    if (what === "renew") void this.#open();
    if (what !== "jump") return;
    seen.jumped = true;
    const span = engine.span();
    if (span === null || span.to <= video.currentTime) return;
    video.currentTime = span.to;
    seen.position = video.currentTime; // this is no playing yet
  }

  /** After a standstill, whoever did not go back is at the newest picture again. */
  #catchUp(engine: Engine): void {
    const span = engine.span();
    if (span === null || this.#goesBack || !engine.live()) return;
    if (span.to - this.video.currentTime > BEHIND_S) this.video.currentTime = span.to;
  }

  /** Tells where the picture is and how late. */
  #look(): void {
    const at = this.video.currentTime;
    const span = this.#engine?.span() ?? null;
    const live = this.#engine?.live() ?? false;
    this.place.value = span === null ? null : { ...span, at, live };
    this.#measuring.look(this.#engine, this.doing.peek(), span, at, this.#stream);
  }
}
