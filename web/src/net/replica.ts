// The copy of a view that a page holds, and the rule that keeps it true: a patch applies on top of
// the cursor it names and of no other. No sockets here; connection.ts carries the messages.

import { merge } from "./merge.ts";
import type { BeatMessage, PatchMessage, SnapshotMessage, ViewState } from "./protocol.gen.ts";

export class Replica {
  cursor: string | null = null;
  state: ViewState | null = null;

  constructor(held?: { cursor: string; state: ViewState } | null) {
    if (held) ({ cursor: this.cursor, state: this.state } = held);
  }

  snapshot(message: SnapshotMessage): void {
    this.cursor = message.cursor;
    this.state = message.state;
  }

  /** Applies a patch; false when it does not fit, and a resync is due. */
  patch(message: PatchMessage): boolean {
    if (this.cursor === null || this.state === null || message.from !== this.cursor) return false;
    this.state = merge(this.state, message.patch);
    this.cursor = message.to;
    return true;
  }

  /** Whether this copy is where the server says it should be. */
  agrees(message: BeatMessage): boolean {
    return message.cursor === this.cursor;
  }
}
