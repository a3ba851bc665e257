// How late the picture of a player is, told to the page several times a second.

import { serverNow } from "../net/clock.ts";
import type { StreamView } from "../net/protocol.gen.ts";
import type { Engine } from "./engine.ts";
import { Gauge } from "./lateness.ts";
import type { Doing } from "./standing.ts";
import { tell } from "./step.ts";

/** A picture that is away for so long is still the one that the page goes along with. */
const HOLD_MS = 15_000;

export class Measuring {
  #gauge = new Gauge();
  #held: { late: number; at: number } | null = null;

  /** Another stream is opened. */
  anew(): void {
    this.#gauge = new Gauge();
  }

  /** Measures, and tells. `span` is what can be watched, `position` where the player is in it. */
  look(
    engine: Engine | null,
    doing: Doing,
    span: { to: number } | null,
    position: number,
    stream: StreamView | undefined,
  ): void {
    const at = serverNow();
    let late: number | null = null;
    if (engine !== null && (doing === "playing" || doing === "paused" || doing === "stuck")) {
      const { clock_offset_s: offsetS = 0, late_s: lateS } = stream ?? {};
      const behind = span === null ? 0 : Math.max(0, span.to - position);
      const sample = { at, position, picture: engine.date(), behind, part: engine.part() };
      late = this.#gauge.measure(sample, { offsetS, lateS });
      this.#held = late === null ? null : { late, at };
    } else if (doing === "opening" || doing === "cut") {
      if (this.#held !== null && at - this.#held.at < HOLD_MS) late = this.#held.late;
    } else this.#held = null;
    tell(late, stream?.grace_s ?? 0);
  }
}
