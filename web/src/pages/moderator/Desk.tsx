// The moderator's desk: its head, the filters, three columns, the drawers.

import {
  ChartNoAxesColumn,
  ChevronRight,
  Keyboard,
  SlidersHorizontal,
  SquareTerminal,
  Undo2,
} from "lucide";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { boot } from "../../boot.ts";
import { ConnectionMark, OrganiserLink } from "../../crew/Frame.tsx";
import { NewPollButton, openPolls, PollDialogs, PollList, pollOn } from "../../crew/Polls.tsx";
import { QaControl, qaSession } from "../../crew/QaControl.tsx";
import { venue, whyQuestions } from "../../crew/words.ts";
import { number, t, timeIn, tn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import { pollsOf } from "../../polls/index.ts";
import { rooms, sessionOf, state } from "../../state/store.ts";
import {
  Button,
  Clock,
  Countdown,
  Icon,
  Kbd,
  LiveMark,
  ProgressLine,
  showPalette,
  showShortcuts,
  useShortcuts,
} from "../../ui/index.ts";
import { followAlike } from "./alike.ts";
import { asking } from "./asking.ts";
import { followFocus } from "./claims.ts";
import { Cards, Column } from "./Column.tsx";
import { answer, lastStep, setQuestions, undoLast } from "./decide.ts";
import { Dialogs } from "./Dialogs.tsx";
import { Erase } from "./Erase.tsx";
import { Filters } from "./Filters.tsx";
import { keys } from "./keys.ts";
import { MarkedBar } from "./Marked.tsx";
import {
  across,
  chooseRoom,
  counts,
  focus,
  isAfter,
  moveFocus,
  note,
  orders,
  queue,
  room,
  roomId,
  spotlight,
  tab,
  waiting,
  watch,
  type Order,
} from "./model.ts";
import { Muted, mutedOnes } from "./People.tsx";
import { Stage } from "./Stage.tsx";

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

function Head() {
  const session = qaSession(roomId.value);
  return (
    <header class="desk-head">
      <h1 class="visually-hidden">{t("Moderator's desk")}</h1>
      <OnAir />
      <div class="qa">
        <span class="qa-name">
          {t("Q&A##desk")} <Kbd>O</Kbd>
        </span>
        {session !== undefined && (
          <QaControl session={session} onSet={(opening) => void setQuestions(opening)} />
        )}
        <span class={`qa-why ${room.value?.questions?.state === "open" ? "open" : ""}`}>
          {room.value && whyQuestions(room.value)}
        </span>
      </div>
      <div class="desk-end">
        <Clock zone={state.value?.event.timezone ?? "UTC"} />
        <ConnectionMark />
        <Button
          size="small"
          tone="plain"
          icon={Undo2}
          label={t("Undo my last decision")}
          aria-disabled={lastStep.value === undefined}
          onClick={() => void undoLast()}
        />
        <Button
          size="small"
          tone="plain"
          icon={SquareTerminal}
          label={t("All actions")}
          aria-haspopup="dialog"
          onClick={showPalette}
        />
        <a
          class="button plain small bare results"
          href={`/e/${boot.event}/results`}
          target="_blank"
          rel="noopener"
          aria-label={t("Results so far")}
          title={t("Results so far")}
        >
          <Icon of={ChartNoAxesColumn} />
        </a>
        <Button
          size="small"
          tone="plain"
          icon={SlidersHorizontal}
          label={t("Settings: how questions are taken")}
          onClick={() => (asking.value = { is: "settings" })}
        />
        <OrganiserLink />
        <Button
          size="small"
          tone="plain"
          class="keys"
          icon={Keyboard}
          label={t("All keys")}
          onClick={showShortcuts}
        />
      </div>
    </header>
  );
}

function Drawer(props: {
  name: string;
  title: string;
  n: number;
  /** What calls for attention in it. */
  word?: string | undefined;
  children: ComponentChildren;
}) {
  const [open, setOpen] = useState(false);
  const here = useRef<HTMLElement>(null);
  const id = `drawer-${props.name}`;
  useEffect(() => {
    const [drawer, column] = [here.current, here.current?.closest(".column")];
    if (!open || drawer === null || column === null || column === undefined) return;
    const top = drawer.getBoundingClientRect().top - column.getBoundingClientRect().top;
    column.scrollBy({ top });
  }, [open]);
  return (
    <section ref={here} class={open ? `drawer open at-${props.name}` : `drawer at-${props.name}`}>
      <h2>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={() => setOpen(!open)}
        >
          <Icon of={ChevronRight} />
          {props.title} <span class="count figures">{number(props.n)}</span>
          {props.word !== undefined && <span class="drawer-word">{props.word}</span>}
        </button>
      </h2>
      {open && <div id={id}>{props.children}</div>}
    </section>
  );
}

function Drawers() {
  const none = t("None yet.");
  const muted = mutedOnes().length;
  const polls = pollsOf(state.value, roomId.value).length;
  const open = openPolls(roomId.value);
  return (
    <div class="drawers">
      <Drawer
        name="polls"
        title={t("Polls")}
        n={polls}
        word={
          pollOn(roomId.value) !== undefined
            ? t("on screen")
            : open > 0
              ? tn("{n} open", "{n} open", open)
              : undefined
        }
      >
        <div class="drawer-polls">
          <NewPollButton shortcut="V" />
          <PollList room={roomId.value} />
        </div>
      </Drawer>
      <Drawer name="answered" title={t("Answered##questions")} n={counts.value.answered}>
        <Cards name="answered" title={t("Answered##questions")} empty={none} />
      </Drawer>
      <Drawer name="not_taken" title={t("Not taken")} n={counts.value.not_taken}>
        <Cards name="not_taken" title={t("Not taken")} empty={none} />
      </Drawer>
      {muted > 0 && (
        <Drawer name="muted" title={t("Muted")} n={muted}>
          <Muted />
        </Drawer>
      )}
    </div>
  );
}

function columnTitle(name: "incoming" | "approved" | "stage"): string {
  if (name === "stage") return t("Stage");
  if (name === "incoming") return t("Incoming");
  return isAfter.value ? t("Published") : t("Approved");
}

function Tabs() {
  return (
    <nav class="tabs" aria-label={t("Columns")}>
      {across.value.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={tab.value === name}
          onClick={() => {
            tab.value = name;
            focus.value = null;
          }}
        >
          {columnTitle(name)}
          {name === "stage" && spotlight.value !== undefined ? (
            <span class="on-screen">{t("On screen")}</span>
          ) : (
            <span class="count figures">
              {number(name === "stage" ? queue.value.length : counts.value[name])}
            </span>
          )}
        </button>
      ))}
    </nav>
  );
}

function Sorts({ of }: { of: "incoming" | "approved" }) {
  const names: Record<Order, string> = {
    oldest: t("Oldest"),
    votes: t("Most votes"),
    newest: t("Newest"),
  };
  const ways: readonly Order[] =
    of === "incoming" ? ["oldest", "votes"] : ["votes", "oldest", "newest"];
  return (
    <div class="sorts" role="group" aria-label={t("Order")}>
      {ways.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={orders.value[of] === one}
          onClick={() => (orders.value = { ...orders.peek(), [of]: one })}
        >
          {names[one]}
        </button>
      ))}
    </div>
  );
}

/** Enter and the arrows: other names of keys that are in the list. */
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

/** A narrow screen begins with what there is to do. */
function useFirstTab(): void {
  const after = isAfter.value;
  useEffect(() => {
    if (tab.peek() !== "stage") tab.value = across.peek()[0] ?? "incoming";
  }, [after]);
}

export function Desk() {
  const find = useRef<HTMLInputElement>(null);
  useShortcuts(keys(() => find.current?.focus()));
  useOtherKeys();
  useFirstTab();
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
  useEffect(followFocus, []);
  useEffect(followAlike, []);
  const after = isAfter.value;
  return (
    <div class={after ? "desk after" : "desk"} data-tab={tab.value}>
      <Head />
      <div class="desk-bar">
        <RoomTabs />
        <Filters onSearch={find} />
      </div>
      <Tabs />
      <main class="board">
        {across.value.map((name) =>
          name === "stage" ? (
            <section key={name} class="column at-stage" aria-label={t("Stage")}>
              <Stage />
              <Drawers />
            </section>
          ) : (
            <Column
              key={name}
              name={name}
              title={columnTitle(name)}
              tools={<Sorts of={name} />}
              empty={
                name === "incoming"
                  ? after
                    ? t("Nothing waits. New questions are public at once.")
                    : t("Nothing waits. New questions come in here, the oldest first.")
                  : after
                    ? t("New questions stand here, for everybody to see; R takes one down.")
                    : t("Approved questions stand here, for the audience to vote on.")
              }
            />
          ),
        )}
        <MarkedBar />
      </main>
      <Erase />
      <Dialogs />
      <PollDialogs room={roomId.value} />
    </div>
  );
}
