// What of the questions is shown: of a session, with a label, in a language, and so on; and the search.

import { Flag, ListFilter, Search, Star, UserRound, X, type IconNode } from "lucide";
import { useState } from "preact/hooks";
import { Choice } from "../../crew/Choice.tsx";
import { languageName } from "../../crew/words.ts";
import { number, t } from "../../i18n.ts";
import { sessionOf, state } from "../../state/store.ts";
import { Button, Icon, Kbd } from "../../ui/index.ts";
import { filter, filtering, NO_FILTER, offered, search, type Filter } from "./model.ts";

function set(part: Partial<Filter>): void {
  filter.value = { ...filter.value, ...part };
}

/** How many questions of the room each of the three marks is on. */
function Toggle(props: {
  name: "starred" | "mine" | "flagged";
  icon: IconNode;
  text: string;
  title?: string;
}) {
  const { name, icon, text, title } = props;
  const on = filter.value[name];
  return (
    <button
      type="button"
      class="toggle"
      aria-pressed={on}
      title={title}
      onClick={() => set({ [name]: !on })}
    >
      <Icon of={icon} />
      <span>{text}</span>
    </button>
  );
}

export function resetFilters(): void {
  filter.value = NO_FILTER;
  search.value = "";
}

export function Filters({ onSearch }: { onSearch: { current: HTMLInputElement | null } }) {
  const { labels, languages, sessions } = offered.value;
  const { session, label, language } = filter.value;
  const [open, setOpen] = useState(false);
  const n = filtering.value;
  const titles = sessions
    .map((id) => sessionOf(id))
    .filter((one) => one !== null)
    .sort((a, b) => a.expected_start_at - b.expected_start_at);
  return (
    <div class={open ? "filters open" : "filters"} role="search" aria-label={t("Filter")}>
      <div class="find">
        <Icon of={Search} />
        <input
          ref={onSearch}
          type="search"
          aria-label={t("Search questions")}
          placeholder={t("Search")}
          value={search.value}
          onInput={(event) => (search.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            search.value = "";
            event.currentTarget.blur();
          }}
        />
        <Kbd>/</Kbd>
      </div>
      <button
        type="button"
        class="filters-open"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon of={ListFilter} /> {t("Filter")}
        {n > 0 && <span class="figures">{number(n)}</span>}
      </button>
      <div class="filters-in">
        {titles.length > 1 && (
          <Choice
            label={t("Session")}
            hideLabel
            value={session}
            options={[
              ["", t("All sessions")],
              ...titles.map((one): [string, string] => [one.id, one.title]),
            ]}
            onValue={(value) => set({ session: value })}
          />
        )}
        {labels.length > 0 && (
          <Choice
            label={t("Label")}
            hideLabel
            value={label}
            options={[["", t("All labels")], ...labels.map((one): [string, string] => [one, one])]}
            onValue={(value) => set({ label: value })}
          />
        )}
        {languages.length > 1 && (
          <Choice
            label={t("Language")}
            hideLabel
            value={language}
            options={[
              ["", t("All languages")],
              ...languages.map((one): [string, string] => [one, languageName(one)]),
            ]}
            onValue={(value) => set({ language: value })}
          />
        )}
        <Toggle name="starred" icon={Star} text={t("Starred")} />
        <Toggle
          name="mine"
          icon={UserRound}
          text={t("Mine")}
          title={t("Those that I am on, or decided")}
        />
        <Toggle name="flagged" icon={Flag} text={t("Flagged##questions")} />
        {n > 0 && (
          <Button size="small" tone="plain" icon={X} onClick={() => (filter.value = NO_FILTER)}>
            {t("Show all")}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Whether anything is left out now. */
export function isNarrowed(): boolean {
  return state.value !== null && (filtering.value > 0 || search.value.trim() !== "");
}
