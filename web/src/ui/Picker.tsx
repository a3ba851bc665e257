// One of many, found by typing: a field with the list of what fits under it, led by the arrow keys.

import { Search } from "lucide";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { t, tn } from "../i18n.ts";
import { Icon } from "./Icon.tsx";
import { Kbd } from "./Kbd.tsx";
import { grouped, matching, type Pick } from "./picking.ts";

export { folded, type Pick } from "./picking.ts";

const SHOWN_MOST = 200;

export function Picker(props: {
  title: string;
  placeholder: string;
  items: readonly Pick[];
  /** Is told when the dialog is closed and the focus is back where it was. */
  onPick: (id: string) => void;
  onClose: () => void;
  /** What stands above the list. */
  about?: ComponentChildren;
  empty?: string;
}) {
  const { title, placeholder, items, onPick, onClose, about, empty } = props;
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const found = useMemo(() => matching(items, typed).slice(0, SHOWN_MOST), [items, typed]);
  const groups = grouped(found);
  const order = groups.flatMap(([, list]) => list);
  const place = Math.min(at, order.length - 1);
  const current = order[place];

  useLayoutEffect(() => {
    dialog.current?.showModal(); // at once: the next key is for it already
    // a keyboard of glass would lie over the list
    if (matchMedia("(pointer: coarse)").matches) list.current?.focus();
  }, []);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [current?.id]);

  const pick = (item: Pick | undefined): void => {
    if (item === undefined) return;
    dialog.current?.close();
    onPick(item.id);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined && order.length > 0) {
      const next = place + step;
      const wraps = Math.abs(step) === 1;
      setAt(
        wraps
          ? (next + order.length) % order.length
          : Math.max(0, Math.min(order.length - 1, next)),
      );
    } else if (event.key === "Enter") pick(current);
    else return;
    event.preventDefault();
  };

  return (
    <dialog
      class="dialog picker"
      ref={dialog}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="picker-body">
        {about}
        <div class="picker-find">
          <Icon of={Search} />
          <input
            type="text"
            role="combobox"
            aria-label={title}
            aria-expanded="true"
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={current && `${id}-${current.id}`}
            autocomplete="off"
            spellcheck={false}
            placeholder={placeholder}
            value={typed}
            autoFocus
            onInput={(event) => {
              setTyped(event.currentTarget.value);
              setAt(0);
            }}
            onKeyDown={key}
          />
          <button type="button" class="picker-close" onClick={() => dialog.current?.close()}>
            {t("Close")}
          </button>
        </div>
        <div
          class="picker-list"
          id={`${id}-list`}
          role="listbox"
          aria-label={title}
          tabIndex={-1}
          ref={list}
        >
          {groups.map(([group, of]) => (
            <div key={group} role="group" aria-label={group || title}>
              {group !== "" && (
                <p class="picker-group" aria-hidden="true">
                  {group}
                </p>
              )}
              {of.map((item) => (
                <div
                  key={item.id}
                  id={`${id}-${item.id}`}
                  role="option"
                  class="picker-item"
                  aria-selected={item.id === current?.id}
                  onPointerMove={() => setAt(order.indexOf(item))}
                  onClick={() => pick(item)}
                >
                  <span class="picker-text" dir="auto">
                    {item.text}
                  </span>
                  {item.more && <span class="picker-more">{item.more}</span>}
                  {item.key && <Kbd>{item.key}</Kbd>}
                </div>
              ))}
            </div>
          ))}
        </div>
        {order.length === 0 && <p class="picker-empty">{empty ?? t("Nothing found.")}</p>}
        <p class="visually-hidden" role="status">
          {tn("{n} found", "{n} found", order.length)}
        </p>
      </div>
    </dialog>
  );
}
