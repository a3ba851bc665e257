// Which dialog of the desk is open.

import { signal } from "@preact/signals";

export type Asking =
  | { is: "merge"; ids: readonly string[] }
  | { is: "split"; id: string }
  | { is: "assign"; id: string }
  | { is: "labels"; ids: readonly string[] }
  | { is: "mute"; participant: string }
  | { is: "settings" };

export const asking = signal<Asking | null>(null);
