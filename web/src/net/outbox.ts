// Commands on their way. Each gets its id once and keeps it until the server has answered, across
// lost answers, reconnects and a reload of the page; the server carries an id out once. Failures are
// values: `command` resolves to the server's answer and never rejects.

import { signal, type ReadonlySignal } from "@preact/signals";
import type { Ack, Command } from "./protocol.gen.ts";

/** A command as sent: its fields beside its id and type. */
export type Queued = { id: string; type: string } & Record<string, unknown>;

type Kept = { body: Queued; made_at: number };
type Fields<T extends Command["type"]> = Omit<Extract<Command, { type: T }>, "type">;
export type SendCommand = <T extends Command["type"]>(type: T, fields: Fields<T>) => Promise<Ack>;

export interface OutboxOptions {
  /** Sends one command; rejects when no answer came. */
  send: (body: Queued) => Promise<Ack>;
  /** Whether there is a connection to send on. */
  online: () => boolean;
  storage?: Pick<Storage, "getItem" | "setItem"> | undefined;
  key?: string;
  newId?: () => string;
  clock?: () => number;
  later?: (act: () => void, ms: number) => unknown;
}

const KEEP_MS = 15 * 60_000; // a wish that a reloaded page finds is good for this long
const PATIENCE_MS = 5 * 60_000; // a server that cannot write now is asked again for this long
const BACK_OFF_S = 5;
const WAITS = new Set(["unavailable", "participant.unproven"]); // nobody need know of these

/** A UUID; `crypto.randomUUID` alone is missing on pages without TLS, as in a local demo. */
export function newId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export class Outbox {
  readonly #options: Required<Omit<OutboxOptions, "storage">> & Pick<OutboxOptions, "storage">;
  readonly #kept = new Map<string, Kept>();
  readonly #answers = new Map<string, (ack: Ack) => void>();
  readonly #flying = new Set<string>();
  readonly #tries = new Map<string, number>();
  readonly #pending = signal<readonly Queued[]>([]);

  /** What has not been answered yet, oldest first. */
  readonly pending: ReadonlySignal<readonly Queued[]> = this.#pending;

  constructor(options: OutboxOptions) {
    this.#options = {
      key: "streamhub.outbox",
      newId,
      clock: Date.now,
      later: (act, ms) => setTimeout(act, ms),
      ...options,
    };
    this.#restore();
  }

  command: SendCommand = (type, fields) => {
    const body: Queued = { ...fields, id: this.#options.newId(), type };
    return new Promise((resolve) => {
      this.#kept.set(body.id, { body, made_at: this.#options.clock() });
      this.#answers.set(body.id, resolve);
      this.#changed();
      void this.#try(body);
    });
  };

  /** The answer to a command that an earlier page made; null when it is not kept any more. */
  answerTo(id: string): Promise<Ack> | null {
    if (!this.#kept.has(id)) return null;
    return new Promise((resolve) => this.#answers.set(id, resolve));
  }

  /** Sends again what is unanswered; to be called on every connection. */
  flush(): void {
    for (const { body } of this.#kept.values()) void this.#try(body);
  }

  async #try(body: Queued): Promise<void> {
    if (!this.#options.online() || this.#flying.has(body.id) || !this.#kept.has(body.id)) return;
    this.#flying.add(body.id);
    let ack: Ack | undefined;
    try {
      ack = await this.#options.send(body);
    } catch {
      // no answer: it may or may not have happened, so the same id goes again
    }
    this.#flying.delete(body.id);
    if (!this.#kept.has(body.id)) return;
    if (ack === undefined) {
      this.#options.later(() => void this.#try(body), 1000);
      return;
    }
    const tries = (this.#tries.get(body.id) ?? 0) + 1;
    this.#tries.set(body.id, tries);
    const age = this.#options.clock() - (this.#kept.get(body.id)?.made_at ?? 0);
    if (!ack.ok && WAITS.has(ack.error.code) && ack.error.retryable && age < PATIENCE_MS) {
      const wait = Math.max(ack.error.retry_after ?? 0, Math.min(tries, BACK_OFF_S));
      this.#options.later(() => void this.#try(body), wait * 1000);
      return;
    }
    this.#kept.delete(body.id);
    this.#tries.delete(body.id);
    this.#answers.get(body.id)?.(ack);
    this.#answers.delete(body.id);
    this.#changed();
  }

  #changed(): void {
    const kept = [...this.#kept.values()];
    this.#pending.value = kept.map(({ body }) => body);
    try {
      this.#options.storage?.setItem(this.#options.key, JSON.stringify(kept));
    } catch {
      // storage full or forbidden: the commands live as long as the page
    }
  }

  #restore(): void {
    try {
      const kept = JSON.parse(this.#options.storage?.getItem(this.#options.key) ?? "[]") as Kept[];
      for (const one of kept)
        if (this.#options.clock() - one.made_at < KEEP_MS) this.#kept.set(one.body.id, one);
    } catch {
      // nothing readable was kept
    }
    this.#pending.value = [...this.#kept.values()].map(({ body }) => body);
  }
}
