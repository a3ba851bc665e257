// Keys that act on the whole page, and the page's own list of them (`?`).

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n.ts";
import { Dialog } from "./Dialog.tsx";

export interface Shortcut {
  /** As `KeyboardEvent.key` says it, after "Alt+" if that is held; a letter in lower case. */
  key: string;
  what: string;
  act: () => void;
  /** How the key is shown; default: `key`. */
  shown?: string;
}

const known = signal<ReadonlyMap<object, readonly Shortcut[]>>(new Map());
const helping = signal(false);

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey) return;
  if (event.isComposing || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?" && !event.altKey) {
    helping.value = true;
    return;
  }
  const plain = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const key = event.altKey ? `Alt+${plain}` : plain;
  // a focused button keeps Enter and Space
  if (/^( |Enter)$/.test(key) && event.target instanceof HTMLButtonElement) return;
  for (const list of [...known.peek().values()].reverse()) {
    const found = list.find((one) => one.key === key);
    if (found === undefined) continue;
    event.preventDefault();
    found.act();
    return;
  }
}

if (typeof document !== "undefined") document.addEventListener("keydown", press);

/** Has keys act while the component is there; the last component to come goes first. */
export function useShortcuts(list: readonly Shortcut[]): void {
  const latest = useRef(list);
  latest.current = list;
  useEffect(() => {
    const mine = {};
    const acting = latest.current.map((one) => ({
      ...one,
      act: () => latest.current.find((other) => other.key === one.key)?.act(),
    }));
    known.value = new Map(known.peek()).set(mine, acting);
    return () => {
      const rest = new Map(known.peek());
      rest.delete(mine);
      known.value = rest;
    };
  }, [list.map((one) => one.key + one.what).join()]);
}

export function showShortcuts(): void {
  helping.value = true;
}

/** The list of keys, opened by `?`: once per page. */
export function ShortcutHelp() {
  return (
    <Dialog
      open={helping.value}
      title={t("Keyboard shortcuts")}
      onClose={() => (helping.value = false)}
    >
      <dl class="shortcuts">
        {[...known.value.values()].flat().map((one) => (
          <div key={one.key}>
            <dt>
              <kbd>{one.shown ?? (one.key.length === 1 ? one.key.toUpperCase() : one.key)}</kbd>
            </dt>
            <dd>{one.what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
