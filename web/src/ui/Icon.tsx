// Lucide's icon data drawn by Preact: one stroke width, the size of the text around it.

import type { IconNode } from "lucide";
import { h } from "preact";

/** An icon beside a text; without a text, `label` names it. */
export function Icon({ of, label }: { of: IconNode; label?: string }) {
  const named =
    label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label };
  return (
    <svg class="icon" viewBox="0 0 24 24" {...(named as object)}>
      {of.map(([tag, attributes]) => h(tag, attributes as object))}
    </svg>
  );
}
