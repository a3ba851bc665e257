import type { ComponentChildren } from "preact";

/** A key's hint; screen readers get it from `aria-keyshortcuts` of the control instead. */
export function Kbd({ children }: { children: ComponentChildren }) {
  return <kbd aria-hidden="true">{children}</kbd>;
}
