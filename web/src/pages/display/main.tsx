// A venue screen. It is left alone for days: whatever happens, it shows something that is true.

import { computed, effect } from "@preact/signals";
import { render } from "preact";
import { boot } from "../../boot.ts";
import { qr } from "../../displays/scene.ts";
import { connect, cursor, heard, me, rendered, status } from "../../state/store.ts";
import { renew, unpair } from "./leave.ts";
import { offerThis, Pairing } from "./Pairing.tsx";
import { fault, Screen } from "./Screen.tsx";

const AWAY_MS = 20_000; // after a longer absence the server may have come back with other pages

/** Keeps the screen lit, where the browser can. */
function stayAwake(): void {
  const ask = (): void => {
    if (document.visibilityState === "visible")
      navigator.wakeLock?.request("screen").catch(() => undefined);
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

/** Takes the QR code once; it is kept for when there is no network. */
async function takeCode(): Promise<void> {
  const slot = `streamhub.qr.${boot.join_url}`;
  try {
    qr.value = localStorage.getItem(slot);
    if (qr.value !== null || boot.qr_url === undefined) return;
    const answer = await fetch(boot.qr_url, { signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) return;
    qr.value = `data:image/svg+xml,${encodeURIComponent(await answer.text())}`;
    localStorage.setItem(slot, qr.value);
  } catch {
    qr.value ??= null; // the address can be read all the same
  }
}

/** Tells the producer what is on the glass: once it is. */
function report(): void {
  const live = computed(() => status.value.is === "live");
  effect(() => {
    const shown = cursor.value;
    if (shown === null || !live.value) return;
    requestAnimationFrame(() =>
      requestAnimationFrame(() => rendered(shown, innerWidth, innerHeight)),
    );
  });
}

/** Notices that this screen was removed, and that the server came back renewed. */
function follow(): void {
  let leaving = false;
  effect(() => {
    const refused = status.value.is === "refused";
    const stranger = me.value !== null && me.value.display === undefined;
    if (leaving || !(refused || stranger)) return;
    leaving = true;
    unpair();
  });
  let last: number | null = null;
  effect(() => {
    const at = heard.value;
    if (at !== null && last !== null && at - last > AWAY_MS) void renew();
    if (at !== null) last = at;
  });
}

addEventListener("error", (event) => {
  if (!event.message.startsWith("ResizeObserver loop")) fault(event.error ?? event.message);
});
addEventListener("unhandledrejection", (event) => fault(event.reason));
stayAwake();

const app = document.getElementById("app");
if (app !== null) {
  app.className = "stage";
  if (boot.paired === true) {
    connect({ view: "stage", keep: true });
    void takeCode();
    report();
    follow();
    render(<Screen />, app);
  } else {
    void offerThis();
    render(<Pairing />, app);
  }
}
