// The moderator's desk: its head, three columns, the two drawers, and the keys.

import { ChevronRight, Keyboard, Search, Undo2 } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import { ConnectionMark } from "../../crew/Frame.tsx";
import { QaControl, qaSession } from "../../crew/QaControl.tsx";
import { venue, whyQuestions } from "../../crew/words.ts";
import { number, t, timeIn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import { rooms, sessionOf, state } from "../../state/store.ts";
import {
  Button,
  Clock,
  Countdown,
  Icon,
  Kbd,
  LiveMark,
  ProgressLine,
  showShortcuts,
  useShortcuts,
} from "../../ui/index.ts";
import { Cards, Column } from "./Column.tsx";
import {
  answer,
  approve,
  back,
  cycleQuestions,
  reject,
  setQuestions,
  stage,
  undoLast,
  write,
} from "./decide.ts";
import { Erase } from "./Erase.tsx";
import { HallView } from "./HallView.tsx";
import {
  chooseRoom,
  columnShowing,
  counts,
  focus,
  moveColumn,
  moveFocus,
  note,
  order,
  room,
  roomId,
  search,
  spotlight,
  tab,
  waiting,
  watch,
  type ColumnName,
} from "./model.ts";

function OnAir() {
  const live = sessionOf(room.value?.live);
  const next = sessionOf(room.value?.next);
  return (
    <div class="on-air">
      {live !== null ? (
        <>
          <LiveMark
            is={
              live.paused_at !== undefined
                ? "paused"
                : (live.due_at ?? Infinity) < now.value
                  ? "over"
                  : "live"
            }
          />
          <p class="on-air-title" title={live.title}>
            {live.title}
          </p>
          <Countdown session={live} />
          <ProgressLine session={live} />
        </>
      ) : (
        <>
          <span class="muted">{t("Nothing is live")}</span>
          <p class="on-air-title">
            {next !== null &&
              t("Next, {time}: {session}", {
                time: timeIn(next.expected_start_at, venue()),
                session: next.title,
              })}
          </p>
        </>
      )}
    </div>
  );
}

function RoomTabs() {
  if (rooms.value.length < 2) return null;
  return (
    <nav class="room-tabs" aria-label={t("Rooms")}>
      {rooms.value
        .filter((one) => one.questions !== undefined)
        .map((one) => (
          <button
            key={one.id}
            type="button"
            aria-pressed={one.id === roomId.value}
            onClick={() => chooseRoom(one.id)}
          >
            {one.name}
            <span class="count figures">{number(waiting.value.get(one.id) ?? 0)}</span>
          </button>
        ))}
    </nav>
  );
}

function Head({ onSearch }: { onSearch: { current: HTMLInputElement | null } }) {
  const session = qaSession(roomId.value);
  return (
    <header class="desk-head">
      <h1 class="visually-hidden">{t("Moderator's desk")}</h1>
      <OnAir />
      <div class="qa">
        <span class="qa-name">
          {t("Q&A")} <Kbd>O</Kbd>
        </span>
        {session !== undefined && (
          <QaControl session={session} onSet={(opening) => void setQuestions(opening)} />
        )}
        <span class={`qa-why ${room.value?.questions?.state === "open" ? "open" : ""}`}>
          {room.value && whyQuestions(room.value)}
        </span>
      </div>
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
      <div class="desk-end">
        <Clock zone={state.value?.event.timezone ?? "UTC"} />
        <ConnectionMark />
        <Button
          size="small"
          tone="plain"
          icon={Undo2}
          label={t("Undo my last decision")}
          onClick={undoLast}
        />
        <Button
          size="small"
          tone="plain"
          icon={Keyboard}
          label={t("All keys")}
          onClick={showShortcuts}
        />
      </div>
    </header>
  );
}

function Drawer({ name, title, empty }: { name: ColumnName; title: string; empty: string }) {
  const [open, setOpen] = useState(false);
  return (
    <section class={open ? "drawer open" : "drawer"}>
      <h2>
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon of={ChevronRight} />
          {title} <span class="count figures">{number(counts.value[name])}</span>
        </button>
      </h2>
      {open && <Cards name={name} title={title} empty={empty} />}
    </section>
  );
}

function Tabs() {
  const names: [ColumnName, string][] = [
    ["incoming", t("Incoming")],
    ["approved", t("Approved")],
    ["stage", t("Stage")],
  ];
  return (
    <nav class="tabs" aria-label={t("Columns")}>
      {names.map(([name, title]) => (
        <button
          key={name}
          type="button"
          aria-pressed={tab.value === name}
          onClick={() => {
            tab.value = name;
            focus.value = null;
          }}
        >
          {title}
          {name === "stage" ? (
            spotlight.value !== undefined && <span class="on-screen">{t("On screen")}</span>
          ) : (
            <span class="count figures">{number(counts.value[name])}</span>
          )}
        </button>
      ))}
    </nav>
  );
}

function useKeys(find: { current: HTMLInputElement | null }): void {
  const on = (act: (id: string) => void) => (): void => {
    const id = focus.peek();
    if (id === null || columnShowing(id) === null) moveFocus(0);
    else act(id);
  };
  useShortcuts([
    { key: "j", what: t("Next question"), act: () => moveFocus(1), shown: "J ↓" },
    { key: "k", what: t("Question before"), act: () => moveFocus(-1), shown: "K ↑" },
    { key: "ArrowRight", what: t("Column to the right"), act: () => moveColumn(1), shown: "→" },
    { key: "ArrowLeft", what: t("Column to the left"), act: () => moveColumn(-1), shown: "←" },
    { key: "a", what: t("Approve"), act: on(approve) },
    { key: "r", what: t("Reject"), act: on((id) => reject(id)) },
    { key: "n", what: t("Reject with a note why"), act: on((id) => write(id, "reject")) },
    { key: "e", what: t("Edit the text"), act: on((id) => write(id, "edit")) },
    { key: "s", what: t("Put on stage, or take off"), act: on((id) => void stage(id)) },
    { key: "d", what: t("Answered"), act: on((id) => answer(id)), shown: "D ↵" },
    { key: "w", what: t("Answered, with a written reply"), act: on((id) => write(id, "reply")) },
    { key: "b", what: t("Back, or put back"), act: on(back) },
    { key: "u", what: t("Undo my last decision"), act: undoLast },
    { key: "o", what: t("Q&A: open, closed, auto"), act: cycleQuestions },
    { key: "/", what: t("Search"), act: () => find.current?.focus() },
  ]);
}

/** The same keys by their other names: not in the list twice. */
function useOtherKeys(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const at = event.target;
      if (at instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT|BUTTON|A)$/.test(at.tagName))
        return;
      if (document.querySelector("dialog[open]")) return;
      const id = focus.peek();
      if (event.key === "ArrowDown") moveFocus(1);
      else if (event.key === "ArrowUp") moveFocus(-1);
      else if (event.key === "Enter" && id !== null) answer(id);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

export function Desk() {
  const find = useRef<HTMLInputElement>(null);
  useKeys(find);
  useOtherKeys();
  useEffect(
    () =>
      watch((id) =>
        note(
          id,
          t("Its author changed the text at {time}.", { time: timeIn(Date.now(), venue()) }),
        ),
      ),
    [],
  );
  return (
    <div class="desk" data-tab={tab.value}>
      <Head onSearch={find} />
      <RoomTabs />
      <Tabs />
      <main class="board">
        <Column
          name="incoming"
          title={t("Incoming")}
          empty={t("Nothing waits. New questions come in here, the oldest first.")}
        />
        <Column
          name="approved"
          title={t("Approved")}
          empty={t("Approved questions stand here, for the audience to vote on.")}
          tools={
            <div class="sorts">
              {(["votes", "newest"] as const).map((one) => (
                <button
                  key={one}
                  type="button"
                  aria-pressed={order.value === one}
                  onClick={() => (order.value = one)}
                >
                  {one === "votes" ? t("Most votes") : t("Newest")}
                </button>
              ))}
            </div>
          }
        />
        <section class="column at-stage" aria-label={t("Stage")}>
          <HallView />
          <Cards
            name="stage"
            title={t("Stage")}
            empty={t("No question is on the screens. S puts an approved one there.")}
          />
          <div class="drawers">
            <Drawer name="answered" title={t("Answered")} empty={t("None yet.")} />
            <Drawer name="not_taken" title={t("Not taken")} empty={t("None yet.")} />
          </div>
        </section>
      </main>
      <Erase />
    </div>
  );
}
