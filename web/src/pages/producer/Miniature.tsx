// A screen in small: the layout itself, drawn from the producer's own view as a screen would draw it.
// No frame and no second connection; only that its times are exact, where screens have the public's.

import { computed, signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { boot } from "../../boot.ts";
import { Composition } from "../../displays/Composition.tsx";
import { qr, sceneFor } from "../../displays/scene.ts";
import { t } from "../../i18n.ts";
import type { DisplayView } from "../../net/protocol.gen.ts";
import { layoutName } from "./layouts.ts";

qr.value = boot.qr_url ?? null;

/** `shape`: 16:9 as a projector has it, or upright as a sign by a door. */
export function Miniature({ of, shape }: { of: DisplayView; shape?: "wide" | "upright" }) {
  const held = useMemo(() => {
    const is = signal<DisplayView | null>(null);
    return { is, scene: sceneFor(computed(() => is.value)) };
  }, []);
  held.is.value = of;
  const scene = held.scene.value;
  const { theme } = of.options;
  return (
    <div
      class={`miniature ${shape ?? (of.layout === "door" ? "upright" : "wide")} ${of.layout}`}
      data-surface="display"
      data-theme={theme}
      role="img"
      aria-label={t("What it looks like: {layout}", { layout: layoutName(of.layout) })}
    >
      <div class="stage" inert aria-hidden="true">
        {of.blackout ? (
          <div class="blackout" />
        ) : (
          scene !== null && <Composition key={of.layout} scene={scene} />
        )}
      </div>
    </div>
  );
}
