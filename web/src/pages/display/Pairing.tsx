// A screen that belongs to nobody yet: its code, for the producer to enter.

import { signal } from "@preact/signals";
import { boot } from "../../boot.ts";
import { ownZone, t, timeIn } from "../../i18n.ts";
import { now, serverNow } from "../../net/clock.ts";
import { useFit } from "../../displays/fit.ts";
import { readable } from "../../displays/scene.ts";
import { startAgain } from "./leave.ts";

interface Offer {
  code: string;
  expires_at: number;
}

const EARLY_MS = 20_000; // a code that is about to expire is no good to anyone
const PATIENCE = 2; // tries that may fail before the code is taken down
const BACK_OFF_MS: [number, number] = [1000, 15_000];

const offer = signal<Offer | null>(null);

async function ask<T>(path: string, method: "GET" | "POST"): Promise<T> {
  const answer = await fetch(path, {
    method,
    cache: "no-store",
    signal: AbortSignal.timeout(35_000),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return (await answer.json()) as T;
}

/** The screen in its own pixels, so that the producer knows which one asks. */
function size(): string {
  const real = (css: number): number => Math.round(css * devicePixelRatio);
  return `${real(screen.width)}x${real(screen.height)}`;
}

/** Offers this screen until somebody takes it. */
export async function offerThis(): Promise<void> {
  let failed = 0;
  for (;;) {
    try {
      const held = offer.peek();
      if (held === null || held.expires_at - EARLY_MS < serverNow())
        offer.value = await ask<Offer>(`/api/v1/displays/offers?size=${size()}`, "POST");
      const path = "/api/v1/displays/offer?wait=25";
      const { state } = await ask<{ state: "waiting" | "paired" | "expired" }>(path, "GET");
      failed = 0;
      if (state === "paired") return await startAgain();
      if (state === "expired") offer.value = null;
    } catch {
      failed += 1;
      if (failed >= PATIENCE) offer.value = null;
      const wait = Math.min(BACK_OFF_MS[0] * 2 ** (failed - 1), BACK_OFF_MS[1]);
      await new Promise((done) => setTimeout(done, wait * (0.75 + Math.random() / 2)));
    }
  }
}

/** No server to speak to yet: the time, and that this screen waits. */
export function Waiting({ zone }: { zone: string }) {
  return (
    <div class="frame waiting">
      <main class="middle">
        <time class="waiting-time">{timeIn(now.value, zone)}</time>
        <p>{t("This screen is waiting for the server.")}</p>
      </main>
    </div>
  );
}

export function Pairing() {
  const code = offer.value?.code;
  return code === undefined ? <Waiting zone={ownZone} /> : <Code code={code} />;
}

function Code({ code }: { code: string }) {
  const box = useFit(code, { least: 8, most: 40 });
  const half = code.length / 2;
  return (
    <div class="frame pairing">
      <header class="top">
        <p class="whose-event">{readable(boot.public_url ?? location.origin)}</p>
        <time class="pairing-time">{timeIn(now.value, ownZone)}</time>
      </header>
      <main class="middle fit" ref={box}>
        <div class="fit-in">
          <p class="pairing-what">{t("This screen is ready to be paired.")}</p>
          <p class="code" data-fit aria-label={code}>
            <span>{code.slice(0, half)}</span>
            <i aria-hidden="true">-</i>
            <span>{code.slice(half)}</span>
          </p>
          <div class="pairing-how">
            <img src={`/pair/${code}/qr.svg`} alt="" width="200" height="200" />
            <p>
              {t(
                "On the producer’s page, choose Screens, then Pair a screen, and enter this code, or scan this with the producer’s phone.",
              )}
            </p>
          </div>
        </div>
      </main>
    </div>
  );
}
