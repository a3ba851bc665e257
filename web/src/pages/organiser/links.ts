// The links of the event as the server tells them: asked for again after each change, when the page
// comes to the front, and now and then while somebody looks.

import { signal } from "@preact/signals";
import type { ErrorBody, LinkAnswer, LinksAnswer } from "../../net/protocol.gen.ts";
import { ask } from "./server.ts";

const AGAIN_MS = 15_000;

export const links = signal<LinksAnswer | null>(null);
export const trouble = signal<ErrorBody | null>(null);

export async function refresh(): Promise<void> {
  const answer = await ask<LinksAnswer>("links");
  if (answer.ok) links.value = answer.body;
  trouble.value = answer.ok ? null : answer.error;
}

/** Keeps them current for as long as the page is looked at; returns how to stop. */
export function follow(): () => void {
  const look = (): void => {
    if (document.visibilityState === "visible") void refresh();
  };
  look();
  const timer = setInterval(look, AGAIN_MS);
  document.addEventListener("visibilitychange", look);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
  };
}

export const ROLES = ["organiser", "producer", "moderator", "speaker", "participant"] as const;
export type LinkRole = (typeof ROLES)[number];

/** Those of a role that hold, the newest first. */
export function holding(role: LinkRole, now: number): LinkAnswer[] {
  return (links.value?.links ?? []).filter(
    (one) => one.role === role && !one.revoked && (one.expires_at ?? Infinity) > now,
  );
}

/** Those that hold no longer. */
export function over(now: number): LinkAnswer[] {
  return (links.value?.links ?? []).filter(
    (one) => one.revoked || (one.expires_at ?? Infinity) <= now,
  );
}
