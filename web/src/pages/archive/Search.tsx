// Finding what was asked and answered: leaves those of the list that have the words.

import { Search as Glass, X } from "lucide";
import { useState } from "preact/hooks";
import { t, tn } from "../../i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { narrow } from "./course.ts";

export function Search() {
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<number | null>(null);
  const look = (text: string): void => {
    setTyped(text);
    const n = narrow(text);
    setFound(text.trim() === "" ? null : n);
  };
  return (
    <search class="archive-search">
      <Icon of={Glass} />
      <input
        type="search"
        value={typed}
        aria-label={t("Search the questions")}
        placeholder={t("Search the questions")}
        autocomplete="off"
        enterkeyhint="search"
        onInput={(event) => look(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") look("");
          if (event.key === "Enter") event.currentTarget.blur();
        }}
      />
      {typed !== "" && (
        <Button tone="plain" icon={X} label={t("End the search")} onClick={() => look("")} />
      )}
      <p class="archive-found" role="status">
        {found !== null &&
          (found === 0
            ? t("No answered question has these words.")
            : tn("{n} question found", "{n} questions found", found))}
      </p>
    </search>
  );
}
