// A venue screen. It is left alone for days: whatever happens, it shows something that is true.

import { computed, effect, signal, untracked } from "@preact/signals";
import { render } from "preact";
import { boot } from "../../boot.ts";
import { qr } from "../../displays/scene.ts";
import type { View } from "../../net/protocol.gen.ts";
import { connect, cursor, heard, me, rendered, status } from "../../state/store.ts";
import { renewBetween, shelve, stayAwake, watch } from "./endure.ts";
import { unpair } from "./leave.ts";
import { offerThis, Pairing } from "./Pairing.tsx";
import { display, fault, lastDrawn, scene, Screen } from "./Screen.tsx";

const AWAY_MS = 20_000; // after a longer absence the server may have come back with other pages
const BARRED_MS = 5000;

/** Looks at what this screen needs: its layout says whether that is more than anyone may see. */
function look(): void {
  const barred = signal(false);
  let view: View | null = null;
  effect(() => {
    const wanted = display.value?.layout === "timer" && !barred.value ? "speaker" : "stage";
    if (wanted === view) return;
    const carry = view !== null;
    view = wanted;
    untracked(() => connect({ view: wanted, keep: true, insistent: true, carry }));
  });
  // it was a timer when it was last told, and is none any more
  effect(() => {
    const is = status.value;
    if (is.is !== "refused" || is.error.code !== "view.forbidden" || barred.peek()) return;
    barred.value = true;
    setTimeout(() => (barred.value = false), BARRED_MS);
  });
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

/** Notices that this screen was removed, and that the server has new pages. */
function follow(): void {
  let leaving = false;
  effect(() => {
    const is = status.value;
    const refused = is.is === "refused" && is.error.code !== "view.forbidden";
    const stranger = me.value !== null && me.value.display === undefined;
    if (leaving || !(refused || stranger)) return;
    leaving = true;
    unpair();
  });
  const { look } = renewBetween(() => scene.value?.moment ?? null);
  let last: number | null = null;
  effect(() => {
    const at = heard.value;
    if (at !== null && last !== null && at - last > AWAY_MS) look();
    if (at !== null) last = at;
  });
}

addEventListener("error", (event) => {
  if (!event.message.startsWith("ResizeObserver loop")) fault(event.error ?? event.message);
});
addEventListener("unhandledrejection", (event) => fault(event.reason));
stayAwake();
shelve();

const app = document.getElementById("app");
if (app !== null) {
  app.className = "stage";
  if (boot.paired === true) {
    look();
    void takeCode();
    report();
    follow();
    render(<Screen />, app);
    watch(lastDrawn);
  } else {
    void offerThis();
    render(<Pairing />, app);
  }
}
