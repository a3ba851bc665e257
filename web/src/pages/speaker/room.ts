// Which room the page is about, and what is read out of its view.

import { computed, signal } from "@preact/signals";
import { boot } from "../../boot.ts";
import { connect, rooms, sessionOf, state } from "../../state/store.ts";
import { questionsFor, type Asked } from "./questions.ts";

const chosen = signal<string | undefined>(boot.room);
export const roomId = computed(() =>
  chosen.value !== undefined && state.value?.rooms[chosen.value]
    ? chosen.value
    : rooms.value[0]?.id,
);
export const room = computed(() =>
  roomId.value === undefined ? undefined : state.value?.rooms[roomId.value],
);
export const live = computed(() => sessionOf(room.value?.live));
export const next = computed(() => sessionOf(room.value?.next));
export const zone = computed(
  () => room.value?.timezone ?? state.value?.event.timezone ?? boot.timezone ?? "UTC",
);
export const asked = computed<Asked>(() =>
  state.value === null || roomId.value === undefined
    ? { current: null, coming: [], listed: false }
    : questionsFor(state.value, roomId.value),
);

/** Connects to all rooms: a speaker may have to look into another. */
export function enter(): void {
  connect({ view: "speaker" });
}

export function choose(id: string): void {
  chosen.value = id;
}
