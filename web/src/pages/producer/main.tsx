// The producer's desk.

import { Keyboard } from "lucide";
import { render } from "preact";
import { boot } from "../../boot.ts";
import { ConnectionMark, Frame } from "../../crew/Frame.tsx";
import { t } from "../../i18n.ts";
import { connect, rooms, state } from "../../state/store.ts";
import { Button, showShortcuts, useShortcuts } from "../../ui/index.ts";
import {
  chooseRoom,
  extend,
  goOn,
  moveRow,
  pauseOrResume,
  row,
  skipOrRestore,
  start,
  undo,
} from "./act.ts";
import { Console } from "./Console.tsx";
import { Rundown } from "./Rundown.tsx";
import { Side } from "./Side.tsx";

function onRow(act: (id: string) => Promise<void>): () => void {
  return () => {
    const id = row.peek();
    if (id === null) moveRow(0);
    else void act(id);
  };
}

function Desk() {
  useShortcuts([
    { key: "n", what: t("Start what comes next"), act: () => void goOn() },
    { key: "p", what: t("Pause, or resume"), act: () => void pauseOrResume() },
    { key: "[", what: t("1 min less"), act: () => void extend(-60) },
    { key: "]", what: t("1 min more"), act: () => void extend(60) },
    { key: "{", what: t("5 min less"), act: () => void extend(-300) },
    { key: "}", what: t("5 min more"), act: () => void extend(300) },
    { key: "u", what: t("Undo the last step in this room"), act: () => void undo() },
    { key: "j", what: t("Row below"), act: () => moveRow(1) },
    { key: "k", what: t("Row above"), act: () => moveRow(-1) },
    { key: "s", what: t("Start the marked session"), act: onRow(start) },
    { key: "x", what: t("Skip the marked session, or restore it"), act: onRow(skipOrRestore) },
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
          <ConnectionMark />
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
    </div>
  );
}

connect({ view: "control", room: boot.room });
const app = document.getElementById("app");
if (app !== null) render(<Frame>{() => <Desk />}</Frame>, app);
