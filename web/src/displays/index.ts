// The layouts a display may have, by the name that the producer gives; each is a folder here, and its
// style sheet a line in pages/display/page.css.

import type { ComponentType } from "preact";
import type { Layout } from "../net/protocol.gen.ts";
import { Agenda } from "./agenda/Agenda.tsx";
import { Door } from "./door/Door.tsx";
import { Foyer } from "./foyer/Foyer.tsx";
import { Message } from "./message/Message.tsx";
import { NowNext } from "./now-next/NowNext.tsx";
import { Overlay } from "./overlay/Overlay.tsx";
import { Questions } from "./questions/Questions.tsx";
import type { Scene } from "./scene.ts";
import { Timer } from "./timer/Timer.tsx";

export const layouts: Record<Layout, ComponentType<{ scene: Scene }>> = {
  "now-next": NowNext,
  agenda: Agenda,
  foyer: Foyer,
  door: Door,
  questions: Questions,
  timer: Timer,
  message: Message,
  overlay: Overlay,
};
