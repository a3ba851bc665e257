// Everybody's questions: the one on screen first, then the list in the order that was asked for.

import { signal } from "@preact/signals";
import { ArrowUp, Search, X } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { t, tn } from "../../i18n.ts";
import type { QuestionView } from "../../net/protocol.gen.ts";
import { sessionsOf, state } from "../../state/store.ts";
import { Button, Icon, VirtualList } from "../../ui/index.ts";
import { useCalm } from "./calm.ts";
import { ordered, type Order } from "./order.ts";
import { OnScreen, QuestionRow } from "./QuestionRow.tsx";
import { askedSession, live, next, phase, room } from "./reading.ts";
import { useSettled } from "./settle.ts";
import { TabList } from "./TabList.tsx";

const FEW = 8; // so many are found without a search

const order = signal<Order>("top");
/** What is searched for; null while the search is not open. */
const search = signal<string | null>(null);

/** The questions that are about what is on now come before those of other sessions. */
function current(): string | undefined {
  return (askedSession.value ?? live.value ?? next.value)?.id;
}

type Table = Readonly<Record<string, QuestionView>>;

export function Questions() {
  const place = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const table: Table = state.value?.questions ?? {};
  const lit = room.value?.spotlight;
  const [by, here, words] = [order.value, current(), search.value ?? ""];
  const wanted = useCalm(
    () => ordered(table, { by, search: words, here, without: lit }),
    table,
    JSON.stringify([by, words, here, lit]),
  );
  const { shown, fresh, take } = useSettled(wanted, `${by} ${words}`, list);
  const isThere = (id: string): boolean => table[id] !== undefined;
  const ids = shown.every(isThere) ? shown : shown.filter(isThere);
  const spotlit = lit === undefined ? undefined : table[lit];
  const all = Object.values(table);
  const answered = all.filter((one) => one.status === "answered").length;
  const titles = new Map(sessionsOf(room.value?.id).map((one) => [one.id, one.title]));
  return (
    <section class="questions" aria-labelledby="questions-title">
      <header class="questions-head">
        <h2 id="questions-title">{t("Questions from everybody")}</h2>
        {(all.length > FEW || search.value !== null) && (
          <Button
            tone="plain"
            icon={Search}
            label={t("Search the questions")}
            aria-expanded={search.value !== null}
            onClick={() => (search.value = search.value === null ? "" : null)}
          />
        )}
      </header>
      {search.value !== null && <SearchField found={ids.length} />}
      {lit !== undefined && spotlit !== undefined && words === "" && (
        <OnScreen id={lit} question={spotlit} key={lit} />
      )}
      {all.length > 0 && (
        <TabList
          label={t("Order of the questions")}
          panel="question-list"
          chosen={by}
          onChoose={(value) => (order.value = value as Order)}
          tabs={[
            { value: "top", text: t("Most votes") },
            { value: "new", text: t("Newest") },
            { value: "answered", text: t("Answered##questions"), count: answered },
          ]}
        />
      )}
      <div
        id="question-list"
        role={all.length > 0 ? "tabpanel" : undefined}
        aria-labelledby={all.length > 0 ? `tab-${by}` : undefined}
        tabIndex={-1}
        ref={place}
      >
        {fresh > 0 && (
          <p class="fresh">
            <button
              type="button"
              class="fresh-chip"
              onClick={() => {
                take();
                place.current?.focus({ preventScroll: true }); // the chip is about to go
                place.current?.scrollIntoView({ block: "start" });
              }}
            >
              <Icon of={ArrowUp} />
              {tn("{n} new question", "{n} new questions", fresh)}
            </button>
          </p>
        )}
        <VirtualList
          class="question-list"
          listRef={list}
          ids={ids}
          guess={(id, width) => likelyHeight(table[id], width)}
          row={(id, place) => {
            const one = table[id] as QuestionView;
            return (
              <QuestionRow
                id={id}
                question={one}
                key={id}
                about={one.session === here ? undefined : titles.get(one.session)}
                place={place}
              />
            );
          }}
        />
        {ids.length === 0 && (spotlit === undefined || words !== "") && (
          <Empty by={by} any={all.length > 0} searched={words} />
        )}
      </div>
    </section>
  );
}

/** About how high a row will be: the list's own measure comes when it is seen. */
function likelyHeight(question: QuestionView | undefined, width: number): number {
  const line = Math.max(16, (width - 80) / 8.5); // characters
  const lines = (text: string): number => Math.ceil(text.length / line);
  return 58 + 25 * lines(question?.text ?? "") + 25 * lines(question?.reply ?? "");
}

function SearchField({ found }: { found: number }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const words = search.value ?? "";
  const close = (): void => {
    search.value = null;
  };
  return (
    <search class="question-search">
      <Icon of={Search} />
      <input
        type="search"
        ref={field}
        value={words}
        aria-label={t("Search the questions")}
        placeholder={t("Words to look for")}
        autocomplete="off"
        enterkeyhint="search"
        onInput={(event) => (search.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") close();
          if (event.key === "Enter") field.current?.blur(); // a phone's keyboard covers the list
        }}
      />
      <Button tone="plain" icon={X} label={t("End the search")} onClick={close} />
      <p class="visually-hidden" role="status">
        {words.trim() !== "" && tn("{n} question found", "{n} questions found", found)}
      </p>
    </search>
  );
}

function Empty({ by, any, searched }: { by: Order; any: boolean; searched: string }) {
  if (searched.trim() !== "" && by === "answered")
    return (
      <div class="empty">
        <p>{t("No answered question has these words.")}</p>
        <Button onClick={() => (order.value = "top")}>{t("Search in all questions")}</Button>
      </div>
    );
  if (searched.trim() !== "")
    return <p class="empty">{t("No question has these words. Perhaps yours is the first?")}</p>;
  if (by === "answered" && any)
    return <p class="empty">{t("Answered questions are kept here to read again.")}</p>;
  if (any) return <p class="empty">{t("All questions so far have been answered.")}</p>;
  if (phase.value === "ended") return <p class="empty">{t("No questions were asked.")}</p>;
  if (room.value?.questions?.state === "open")
    return (
      <p class="empty">
        {t("Nobody has asked yet. What would you like to know? Yours can be the first.")}
      </p>
    );
  return <p class="empty">{t("Questions appear here as soon as they are approved.")}</p>;
}
