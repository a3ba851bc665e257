// The agenda as it was before it was replaced, kept in this browser: the way back.

import { signal } from "@preact/signals";
import { boot } from "../../boot.ts";

/** A version in streamhub's own format. `at`: when it was replaced, in milliseconds. */
export interface Kept {
  at: number;
  title: string;
  sessions: number;
  text: string;
}

const SLOT = `streamhub.agendas.${boot.event ?? ""}`;
const MOST = 3;

function read(): Kept[] {
  try {
    const held: unknown = JSON.parse(localStorage.getItem(SLOT) ?? "[]");
    return Array.isArray(held) ? (held as Kept[]) : [];
  } catch {
    return [];
  }
}

/** The newest first. */
export const kept = signal<readonly Kept[]>(typeof localStorage === "undefined" ? [] : read());

function write(): void {
  // as many as there is room for; with no room at all they live as long as the page
  for (let n = kept.value.length; n > 0; n--)
    try {
      localStorage.setItem(SLOT, JSON.stringify(kept.value.slice(0, n)));
      return;
    } catch {
      continue;
    }
}

/** Keeps the agenda that is there now; null where it cannot be had. */
export async function keepPresent(): Promise<Kept | null> {
  try {
    const answer = await fetch(`/e/${boot.event}/agenda.json`, { cache: "no-store" });
    if (!answer.ok) return null;
    const text = await answer.text();
    const file = JSON.parse(text) as { event: { title: string }; sessions: unknown[] };
    const one = {
      at: Date.now(),
      title: file.event.title,
      sessions: file.sessions.length,
      text,
    };
    kept.value = [one, ...kept.value.filter((other) => other.text !== text)].slice(0, MOST);
    write();
    return one;
  } catch {
    return null;
  }
}

/** Saves a version as a file of this device. */
export function save(one: Kept): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([one.text], { type: "application/json" }));
  const stamp = new Date(one.at).toISOString().slice(0, 16).replaceAll(":", "");
  link.download = `${boot.event}-${stamp}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
