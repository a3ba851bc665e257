// The layouts a display may have, by the name that the producer gives; each is a folder here, and its
// style sheet a line in pages/display/page.css.

import type { ComponentType } from "preact";
import type { Layout } from "../net/protocol.gen.ts";
import { NowNext } from "./now-next/NowNext.tsx";
import { Questions } from "./questions/Questions.tsx";
import type { Scene } from "./scene.ts";

export const layouts: Record<Layout, ComponentType<{ scene: Scene }>> = {
  "now-next": NowNext,
  questions: Questions,
};
