// Leading the stage: on to the next question of its list, or back. For moderators and for who speaks.

import { signal, type ReadonlySignal } from "@preact/signals";
import { t, timeIn } from "../i18n.ts";
import type { Ack } from "../net/protocol.gen.ts";
import { command } from "../state/store.ts";
import { toast } from "../ui/index.ts";
import { carried, venue, who } from "./words.ts";

const moving = signal(false);
/** Whether a stage is on its way to another question: its buttons wait. */
export const stageMoves: ReadonlySignal<boolean> = moving;

function told(ack: Ack): boolean {
  const { by, at } = ack.ok ? {} : (ack.error.detail ?? {});
  if (ack.ok || ack.error.code !== "stage.stale" || typeof at !== "number") return carried(ack);
  toast(
    t("{name} was faster, at {time}. Look at what is on the screens now.", {
      name: who(typeof by === "string" ? by : undefined),
      time: timeIn(at, venue()),
    }),
    { tone: "over", ms: 9000 },
  );
  return false;
}

/** Goes on from the question that one saw on the screens; whether that was done, else it is told why. */
export async function moveStage(
  way: "next" | "previous",
  room: string,
  lit: string | undefined,
): Promise<boolean> {
  if (moving.peek()) return false;
  moving.value = true;
  const ack = await command(`stage.${way}`, { room, lit: lit ?? null });
  moving.value = false;
  return told(ack);
}
