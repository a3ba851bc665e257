// How late the picture is that this page goes along with, in seconds: told with what people send, so
// that the server can keep a deadline open for them. Null: the page shows what is on now.

import { signal } from "@preact/signals";

export const behind = signal<number | null>(null);

/** The field to send with a question or an answer. */
export function behindField(): { behind_s?: number } {
  const s = behind.peek();
  return s === null ? {} : { behind_s: s };
}
