// A segmented control: one of a few, by touch or with the arrow keys.

import { useRef } from "preact/hooks";
import { number } from "../../i18n.ts";

interface Tab {
  value: string;
  text: string;
  count?: number;
}

export function TabList(props: {
  label: string;
  panel: string;
  tabs: readonly Tab[];
  chosen: string;
  onChoose: (value: string) => void;
}) {
  const { label, panel, tabs, chosen, onChoose } = props;
  const list = useRef<HTMLDivElement>(null);
  const press = (event: KeyboardEvent): void => {
    const at = tabs.findIndex((one) => one.value === chosen);
    const back = getComputedStyle(list.current as Element).direction === "rtl" ? 1 : -1;
    const to = { ArrowLeft: at + back, ArrowRight: at - back, Home: 0, End: tabs.length - 1 }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    const tab = tabs.at(to % tabs.length);
    if (tab === undefined) return;
    onChoose(tab.value);
    list.current?.querySelector<HTMLElement>(`#tab-${tab.value}`)?.focus();
  };
  return (
    <div class="segments" role="tablist" aria-label={label} ref={list} onKeyDown={press}>
      {tabs.map(({ value, text, count = 0 }) => (
        <button
          key={value}
          type="button"
          role="tab"
          id={`tab-${value}`}
          aria-selected={value === chosen}
          aria-controls={panel}
          tabIndex={value === chosen ? 0 : -1}
          onClick={() => onChoose(value)}
        >
          {text}
          {count > 0 && <span class="figures">{number(count)}</span>}
        </button>
      ))}
    </div>
  );
}
