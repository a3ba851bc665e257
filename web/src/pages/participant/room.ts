// Which room the page is about: the one it was opened for, else the one chosen on this device.

import { signal, type ReadonlySignal } from "@preact/signals";
import { boot } from "../../boot.ts";
import { connect } from "../../state/store.ts";
import { keep, kept } from "../../state/device.ts";

const SLOT = `streamhub.room.${boot.event ?? ""}`;

const chosen = signal<string | undefined>(boot.room ?? kept<string>(SLOT) ?? undefined);

/** The room; none until an event with several rooms was asked for one. */
export const roomId: ReadonlySignal<string | undefined> = chosen;

/** Connects to the room; without one, to all rooms, to choose from. */
export function enter(): void {
  connect({ view: "audience", room: chosen.value, keep: true });
}

/** Goes to another room, and remembers it. */
export function choose(room: string | undefined): void {
  chosen.value = room;
  keep(SLOT, room ?? null);
  const address = new URL(location.href);
  if (room === undefined) address.searchParams.delete("room");
  else address.searchParams.set("room", room);
  history.replaceState(history.state, "", address);
  enter();
}
