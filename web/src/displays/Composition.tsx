// A whole screen: its layout, and the crew's word to the hall over or under it.

import type { Layout } from "../net/protocol.gen.ts";
import { layouts } from "./index.ts";
import { Band, Notices } from "./message/Message.tsx";
import { NowNext } from "./now-next/NowNext.tsx";
import type { Scene } from "./scene.ts";
import { Slide } from "./Slide.tsx";

/** Where messages to the hall are none of the layout's business. */
const DEAF = new Set(["message", "timer", "overlay"]);

/** A warning takes the whole screen; what is good to know takes a band of it. */
export function Composition({ scene }: { scene: Scene }) {
  // a layout that this page does not know yet: what every room has
  const Layout = layouts[scene.layout as Layout] ?? NowNext;
  const notice = DEAF.has(scene.layout) ? undefined : scene.toHall[0];
  if (notice?.warns === true)
    return (
      <Slide of={`notice ${notice.id}`}>
        <Notices scene={scene} />
      </Slide>
    );
  return (
    <div class="sheet">
      <div class="sheet-main">
        <Layout scene={scene} />
      </div>
      {notice !== undefined && <Band key={notice.id} notice={notice} />}
    </div>
  );
}
