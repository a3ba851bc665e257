import type { IconNode } from "lucide";
import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { Icon } from "./Icon.tsx";
import { Kbd } from "./Kbd.tsx";

interface Props extends Omit<ButtonHTMLAttributes, "icon" | "class"> {
  /** `primary` once per view; `quiet` for the rest; `plain` has no frame; `danger` is red. */
  tone?: "primary" | "quiet" | "plain" | "danger";
  size?: "small" | "normal" | "large";
  icon?: IconNode;
  /** The key that does the same, shown beside the text. */
  shortcut?: string;
  /** The name, when there is no text. */
  label?: string;
  class?: string;
  children?: ComponentChildren;
}

export function Button(props: Props) {
  const {
    tone = "quiet",
    size = "normal",
    icon,
    shortcut,
    label,
    children,
    class: more,
    ...rest
  } = props;
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-keyshortcuts={shortcut}
      {...rest}
      class={`button ${tone} ${size}${children === undefined ? " bare" : ""} ${more ?? ""}`.trim()}
    >
      {icon && <Icon of={icon} />}
      {children !== undefined && <span>{children}</span>}
      {shortcut && <Kbd>{shortcut}</Kbd>}
    </button>
  );
}
