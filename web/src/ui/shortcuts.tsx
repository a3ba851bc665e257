// What can be done on the whole page: by a key, by name in the palette (Ctrl+K or `.`), and the page's
// own list of keys (`?`).

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n.ts";
import { Dialog } from "./Dialog.tsx";

export interface Shortcut {
  /** As `KeyboardEvent.key` says it, after "Alt+" if that is held; a letter in lower case. */
  key?: string;
  what: string;
  act: () => void;
  /** How the key is shown; default: `key`. */
  shown?: string;
  /** The heading it stands under. */
  group?: string;
  /** Whether it can be done now; else the palette leaves it out. */
  can?: () => boolean;
}

const known = signal<ReadonlyMap<object, readonly Shortcut[]>>(new Map());
const helping = signal(false);
/** Everything that can be done on the page, by those who are there. */
export const shortcuts: ReadonlySignal<readonly Shortcut[]> = computed(() =>
  [...known.value.values()].flat(),
);
/** Whether the palette is open. */
export const choosing = signal(false);

export function showPalette(): void {
  choosing.value = true;
}

/** How a key is written. */
export function keyName(one: Shortcut): string | undefined {
  return one.shown ?? (one.key?.length === 1 ? one.key.toUpperCase() : one.key);
}

function same(a: Shortcut, b: Shortcut): boolean {
  return a.key === b.key && (a.key !== undefined || a.what === b.what);
}

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  const command = event.ctrlKey || event.metaKey;
  if (command ? event.key.toLowerCase() === "k" : event.key === "." && !typing(event.target)) {
    if (event.altKey || known.peek().size === 0) return;
    event.preventDefault();
    choosing.value = true;
    return;
  }
  if (command || typing(event.target)) return;
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
      act: () => latest.current.find((other) => same(other, one))?.act(),
      can: () => latest.current.find((other) => same(other, one))?.can?.() ?? true,
    }));
    known.value = new Map(known.peek()).set(mine, acting);
    return () => {
      const rest = new Map(known.peek());
      rest.delete(mine);
      known.value = rest;
    };
  }, [list.map((one) => `${one.key} ${one.what}`).join()]);
}

export function showShortcuts(): void {
  helping.value = true;
}

/** The list of keys, opened by `?`: once per page. */
export function ShortcutHelp() {
  const groups = new Map<string, Shortcut[]>();
  for (const one of shortcuts.value) {
    if (one.key === undefined) continue;
    const group = one.group ?? "";
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  return (
    <Dialog
      open={helping.value}
      wide={groups.size > 1}
      title={t("Keyboard shortcuts")}
      onClose={() => (helping.value = false)}
    >
      <div class="shortcut-groups">
        {[...groups].map(([group, list]) => (
          <section key={group}>
            {group !== "" && <h3>{group}</h3>}
            <dl class="shortcuts">
              {list.map((one) => (
                <div key={one.key}>
                  <dt>
                    <kbd>{keyName(one)}</kbd>
                  </dt>
                  <dd>{one.what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p class="muted small">{t("Ctrl+K, ⌘K or a full stop: everything by its name.")}</p>
    </Dialog>
  );
}
