// Notices a connection that is open and says nothing: a dead link that nobody closed. The server
// speaks every few seconds, so silence means that nothing arrives.

export interface SilenceOptions {
  limitMs: number;
  clock?: () => number;
  later?: (act: () => void, ms: number) => unknown;
  cancel?: (timer: never) => void;
}

export class Silence {
  readonly #act: () => void;
  readonly #options: Required<SilenceOptions>;
  #last = 0;
  #timer: unknown;

  constructor(act: () => void, options: SilenceOptions) {
    this.#act = act;
    this.#options = {
      clock: () => performance.now(),
      later: (act, ms) => setTimeout(act, ms),
      cancel: (timer) => clearTimeout(timer),
      ...options,
    };
  }

  /** Something was heard; the first time begins the watch. */
  heard(): void {
    this.#last = this.#options.clock();
    if (this.#timer === undefined) this.#wait(this.#options.limitMs);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#options.cancel(this.#timer as never);
    this.#timer = undefined;
  }

  #wait(ms: number): void {
    this.#timer = this.#options.later(() => {
      this.#timer = undefined;
      const rest = this.#last + this.#options.limitMs - this.#options.clock();
      if (rest > 0) this.#wait(rest);
      else this.#act();
    }, ms);
  }
}
