// The languages of a screen, one after another. Which one it is follows from the time alone, so that
// screens side by side change together.

import { boot } from "../boot.ts";
import { tongue, type Tongue } from "../i18n.ts";

export const TURN_MS = 12_000;

/** The catalogs that came with the page, by language; a page for readers has its own only. */
const catalogs = (boot["catalogs"] ?? {}) as Record<string, Tongue["messages"]>;

/** The languages among `wanted` that there are words for: "pt" for "pt-BR" where there is only that. */
export function spoken(wanted: readonly string[], there: readonly string[]): string[] {
  const found = wanted
    .map((one) => [one, one.split("-")[0] ?? one].find((name) => there.includes(name)))
    .filter((one) => one !== undefined);
  return [...new Set(found)];
}

/** What a screen speaks at `at`: one of `languages` (of the event's, if none), else as before. */
export function tongueAt(
  languages: readonly string[],
  event: readonly string[],
  at: number,
): Tongue {
  const there = Object.keys(catalogs);
  const own = spoken(languages, there);
  const list = own.length > 0 ? own : spoken(event, there);
  const locale = list[Math.floor(at / TURN_MS) % list.length];
  return locale === undefined ? tongue.peek() : { locale, messages: catalogs[locale] ?? {} };
}
