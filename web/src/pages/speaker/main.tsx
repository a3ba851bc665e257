// The speaker's page: on the lectern's laptop, or on a phone held in the hand.

import { render } from "preact";
import { Frame } from "../../crew/Frame.tsx";
import { Lectern } from "./Lectern.tsx";
import { enter } from "./room.ts";

/** Keeps the screen lit, where the browser can. */
function stayAwake(): void {
  const ask = (): void => {
    if (document.visibilityState === "visible")
      navigator.wakeLock?.request("screen").catch(() => undefined);
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

enter();
stayAwake();
const app = document.getElementById("app");
if (app !== null) render(<Frame>{() => <Lectern />}</Frame>, app);
