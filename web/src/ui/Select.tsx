// One of a few: the browser's own list. Its arrow is ours, for the browser's stays as small on a wall
// of pixels as on a desk.

import { ChevronDown } from "lucide";
import type { ComponentProps } from "preact";
import { Icon } from "./Icon.tsx";

export function Select(props: ComponentProps<"select">) {
  return (
    <span class="select">
      <select {...props} />
      <Icon of={ChevronDown} />
    </span>
  );
}
