// How late a picture is: its own clock (EXT-X-PROGRAM-DATE-TIME) against the server's, and when not
// to believe it. Where a clock is missing, wrong or jumps about, the answer is null and the page
// shows what is on now.

/** At the edge of its stream no picture is later than this; whatever says so is a wrong clock. */
export const MOST_MS = 600_000;
/** A picture that seems to be this far ahead of us only tells how exactly the clocks agree. */
const AHEAD_MS = 3000;
/** So far may the picture's clock stray from playing on before it counts as a jump. */
const STRAY_MS = 1500;
/** A jump is believed once the clock has gone on from there for so long. */
const SETTLE_MS = 1000;
/** This many jumps within a while, and the clock is believed no more. */
const JUMPS = 4;
const JUMPS_MS = 30_000;

export interface Sample {
  /** The true time, ms UTC. */
  at: number;
  /** Where the player is in its media, in seconds. */
  position: number;
  /** The picture's own time, ms UTC, as the stream says it; null when it does not. */
  picture: number | null;
  /** How far behind the newest picture the player is, in seconds: 0 when that is not known. */
  behind: number;
  /** Which part of the stream it is: another one, after a discontinuity, has a timeline of its own. */
  part?: number;
}

export interface Corrections {
  /** Seconds to add to the picture's clock. */
  offsetS: number;
  /** How late a picture without a clock is at the edge of its stream, in seconds. */
  lateS: number | undefined;
}

/** Measures one stream; another one begins with a new gauge. */
export class Gauge {
  /** The picture's clock minus the player's position: the same for as long as nothing jumps. */
  #anchor: number | null = null;
  #part: number | undefined;
  #next: { anchor: number; since: number } | null = null;
  #jumps: number[] = [];

  /** How late the picture is at the sample's instant, in ms, never below 0; null: not known. */
  measure(sample: Sample, { offsetS, lateS }: Corrections): number | null {
    if (sample.picture === null || !Number.isFinite(sample.picture)) {
      this.#anchor = this.#next = null;
      return lateS === undefined ? null : (lateS + Math.max(0, sample.behind)) * 1000;
    }
    const anchor = this.#follow(sample, sample.picture - sample.position * 1000);
    if (anchor === null) return null;
    const late = sample.at - (anchor + sample.position * 1000 + offsetS * 1000);
    const atEdge = late - Math.max(0, sample.behind) * 1000;
    if (late < -AHEAD_MS || atEdge > MOST_MS) return null;
    return Math.max(0, late);
  }

  /** The anchor to reckon with: a new one only when it has lasted. */
  #follow({ at, part }: Sample, anchor: number): number | null {
    if (this.#anchor === null) this.#anchor = anchor;
    if (part !== this.#part) {
      if (Math.abs(anchor - this.#anchor) > STRAY_MS) this.#jumps.push(at);
      this.#part = part;
      this.#anchor = anchor;
    }
    if (Math.abs(anchor - this.#anchor) <= STRAY_MS) {
      this.#anchor = anchor;
      this.#next = null;
    } else if (this.#next === null || Math.abs(anchor - this.#next.anchor) > STRAY_MS) {
      this.#next = { anchor, since: at };
      this.#jumps.push(at);
    } else if (at - this.#next.since >= SETTLE_MS) {
      this.#anchor = anchor;
      this.#next = null;
    }
    this.#jumps = this.#jumps.filter((one) => at - one < JUMPS_MS);
    return this.#jumps.length >= JUMPS ? null : this.#anchor;
  }
}
