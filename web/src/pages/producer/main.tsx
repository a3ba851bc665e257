// The producer's desk.

import { Keyboard } from "lucide";
import { render } from "preact";
import { boot } from "../../boot.ts";
import { ConnectionMark, Frame, OrganiserLink } from "../../crew/Frame.tsx";
import { t } from "../../i18n.ts";
import { connect, rooms, state } from "../../state/store.ts";
import { Button, showShortcuts, useShortcuts } from "../../ui/index.ts";
import {
  chooseRoom,
  confirm,
  dialog,
  edit,
  extendDeed,
  followDeed,
  leave,
  live,
  lookFirst,
  moveRow,
  nextDeed,
  onRow,
  pauseDeed,
  perform,
  proposal,
  roomId,
  row,
  setLookFirst,
  shift,
  skipDeed,
  startDeed,
  undoDeed,
  watchOthers,
} from "./act.ts";
import { Console, Others } from "./Console.tsx";
import { Dialogs } from "./Edit.tsx";
import { Rundown } from "./Rundown.tsx";
import { Side } from "./Side.tsx";
import { StreamRecording } from "./StreamRecording.tsx";
import { StreamSet } from "./StreamSet.tsx";
import { StreamTune } from "./StreamTune.tsx";
import { watchStreams } from "./watching.ts";

function enter(): void {
  if (proposal.peek()?.asked === true) void confirm();
  else if (row.peek() !== null) onRow(edit)();
}

function whenLive(act: (session: string) => void): () => void {
  return () => {
    const on = live.peek();
    if (on !== null) act(on.id);
  };
}

function StreamDialogs() {
  const is = dialog.value;
  switch (is?.is) {
    case "stream":
      return <StreamSet room={is.room} off={is.off === true} />;
    case "tune":
      return <StreamTune room={is.room} />;
    case "recording":
      return <StreamRecording room={is.room} />;
    default:
      return null;
  }
}

function onRoom(act: (room: string) => void): () => void {
  return () => {
    const id = roomId.peek();
    if (id !== undefined) act(id);
  };
}

function Desk() {
  useShortcuts([
    { key: "n", what: t("Start what comes next"), act: () => void perform(nextDeed()) },
    { key: "p", what: t("Pause, or resume"), act: () => void perform(pauseDeed()) },
    { key: "[", what: t("1 min less"), act: () => void perform(extendDeed(-60)) },
    { key: "]", what: t("1 min more"), act: () => void perform(extendDeed(60)) },
    { key: "{", what: t("5 min less"), act: () => void perform(extendDeed(-300)) },
    { key: "}", what: t("5 min more"), act: () => void perform(extendDeed(300)) },
    {
      key: "t",
      what: t("Let it end at a time"),
      act: whenLive(() => (dialog.value = { is: "until" })),
    },
    {
      key: "b",
      what: t("Say when it really began"),
      act: whenLive((session) => (dialog.value = { is: "correct", session })),
    },
    {
      key: "0",
      what: t("End what is live, with nothing after it"),
      act: whenLive(() => (dialog.value = { is: "end" })),
    },
    { key: "u", what: t("Undo the last step in this room"), act: () => void perform(undoDeed()) },
    {
      key: "f",
      what: t("Follow the clock, or lead by hand"),
      act: () => void perform(followDeed(), true),
    },
    {
      key: "v",
      what: t("Look first: show what a step does before it is done"),
      act: () => setLookFirst(!lookFirst.peek()),
    },
    { key: "Enter", what: t("Do what is shown; edit the marked session"), act: enter },
    { key: "Escape", shown: "Esc", what: t("Leave it"), act: leave },
    { key: "j", what: t("Row below"), act: () => moveRow(1) },
    { key: "k", what: t("Row above"), act: () => moveRow(-1) },
    {
      key: "Alt+ArrowUp",
      shown: "Alt ↑",
      what: t("Move the marked session up"),
      act: () => shift(-1),
    },
    {
      key: "Alt+ArrowDown",
      shown: "Alt ↓",
      what: t("Move the marked session down"),
      act: () => shift(1),
    },
    {
      key: "s",
      what: t("Start the marked session"),
      act: onRow((one) => void perform(startDeed(one))),
    },
    {
      key: "x",
      what: t("Skip the marked session, or restore it"),
      act: onRow((one) => void perform(skipDeed(one))),
    },
    {
      key: "c",
      what: t("Cancel the marked session"),
      act: onRow((one) => (dialog.value = { is: "cancel", session: one.id })),
    },
    { key: "e", what: t("Edit the marked session"), act: onRow(edit) },
    {
      key: "i",
      what: t("Put in a session"),
      act: () => (dialog.value = { is: "insert", before: null }),
    },
    {
      key: "m",
      what: t("Write a message"),
      act: () => document.getElementById("new-message")?.click(),
    },
    {
      key: "l",
      what: t("Set the stream of the room"),
      act: onRoom((room) => (dialog.value = { is: "stream", room })),
    },
    {
      key: "o",
      what: t("Take the stream off the air"),
      act: onRoom((room) => (dialog.value = { is: "stream", room, off: true })),
    },
    ...rooms.value.slice(0, rooms.value.length > 1 ? 9 : 0).map((one, n) => ({
      key: String(n + 1),
      what: one.name,
      act: () => chooseRoom(one.id),
    })),
  ]);
  return (
    <div class="desk">
      <header class="head">
        <h1>{state.value?.event.title}</h1>
        <span class="muted">{t("Producer's desk")}</span>
        <span class="head-end">
          <Others />
          <ConnectionMark />
          <OrganiserLink />
          <Button
            size="small"
            tone="plain"
            icon={Keyboard}
            label={t("All keys")}
            onClick={showShortcuts}
          />
        </span>
      </header>
      <main>
        <Console />
        <div class="below">
          <Rundown />
          <Side />
        </div>
      </main>
      <Dialogs />
      <StreamDialogs />
    </div>
  );
}

watchOthers();
watchStreams();
connect({ view: "control", room: boot.room });
const app = document.getElementById("app");
if (app !== null) render(<Frame>{() => <Desk />}</Frame>, app);
