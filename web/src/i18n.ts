// Words and times in the reader's language. The English text is the key, as in gettext; the catalog
// came with the page. Times are written by `Intl`; zones are named by their city.

import { signal, type ReadonlySignal } from "@preact/signals";
import { boot, type Catalog } from "./boot.ts";

/** A language and its words. */
export interface Tongue {
  locale: string;
  messages: Catalog;
}

const tongue_ = signal<Tongue>({ locale: boot.locale, messages: boot.messages });
/** The language that is spoken; only screens change it, in rotation. */
export const tongue: ReadonlySignal<Tongue> = tongue_;

export function speak(next: Tongue): void {
  if (next.locale !== tongue_.peek().locale) tongue_.value = next;
}

type Values = Record<string, string | number>;

function fill(text: string, values: Values | undefined): string {
  return values === undefined
    ? text
    : text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** What is made once for each language. */
function perLocale<T>(make: (locale: string) => T): () => T {
  const made = new Map<string, T>();
  return () => {
    const { locale } = tongue_.value;
    let found = made.get(locale);
    if (found === undefined) made.set(locale, (found = make(locale)));
    return found;
  };
}

const rules = perLocale((locale) => new Intl.PluralRules(locale));
const ORDER = ["zero", "one", "two", "few", "many", "other"] as const;

/** Which of `forms` gettext forms says `n`. */
function form(n: number, forms: number): number {
  const category = rules().select(n);
  if (forms <= 2) return category === "one" ? 0 : forms - 1;
  const used: readonly string[] = rules().resolvedOptions().pluralCategories;
  return Math.min(ORDER.filter((one) => used.includes(one)).indexOf(category), forms - 1);
}

/**
 * The text in the reader's language, with `{name}` filled in. Where one English word needs several
 * translations, `##` sets apart what it is said of: "Approved##question".
 */
export function t(text: string, values?: Values): string {
  const found = tongue_.value.messages[text];
  return fill(
    typeof found === "string" && found !== "" ? found : text.replace(/##.*$/, ""),
    values,
  );
}

/** The text for `n` things; `{n}` is filled in, written as the reader writes numbers. */
export function tn(one: string, many: string, n: number, values?: Values): string {
  const found = tongue_.value.messages[one];
  const text = Array.isArray(found) ? (found[form(n, found.length)] ?? many) : n === 1 ? one : many;
  return fill(text, { n: number(n), ...values });
}

const numbers = perLocale((locale) => new Intl.NumberFormat(locale));

export function number(n: number): string {
  return numbers().format(n);
}

// --- times ---------------------------------------------------------------------------------------

const formats = new Map<string, Intl.DateTimeFormat>();

function format(
  zone: string | undefined,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const { locale } = tongue_.value;
  const key = `${locale}${zone}${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(
      locale,
      zone === undefined ? options : { ...options, timeZone: zone },
    );
    formats.set(key, found);
  }
  return found;
}

const TIME: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** The reader's own zone. */
export const ownZone: string = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** "15:00" in `zone` (default: the reader's own). */
export function timeIn(ms: number, zone?: string): string {
  return format(zone, TIME).format(ms);
}

/** "15:00:07", for the clock of a venue. */
export function clockIn(ms: number, zone?: string): string {
  return format(zone, { ...TIME, second: "2-digit" }).format(ms);
}

/** "Tuesday 21 June" in `zone`, as the reader writes it. */
export function dayIn(ms: number, zone?: string): string {
  return format(zone, { weekday: "long", day: "numeric", month: "long" }).format(ms);
}

/** "Tue 21 June 2022" in `zone`, where the year is not to be guessed. */
export function dateIn(ms: number, zone?: string): string {
  return format(zone, { weekday: "short", day: "numeric", month: "long", year: "numeric" }).format(
    ms,
  );
}

/** "Tue" in `zone`. */
export function weekdayIn(ms: number, zone?: string): string {
  return format(zone, { weekday: "short" }).format(ms);
}

/** "2022-06-21" in `zone`: to compare days, not to show. */
export function dateKey(ms: number, zone?: string): string {
  const parts = format(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(
    ms,
  );
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? "";
  return `${of("year")}-${of("month")}-${of("day")}`;
}

/** "15:00–15:30" in `zone`. */
export function range(from: number, to: number, zone?: string): string {
  return `${timeIn(from, zone)}\u2013${timeIn(to, zone)}`;
}

/** The city of a zone: "Mexico City" of America/Mexico_City. */
export function cityOf(zone: string): string {
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}

/** Whether two zones show the same time at `ms`. */
export function sameTime(ms: number, one: string, other: string): boolean {
  return timeIn(ms, one) === timeIn(ms, other) && dateKey(ms, one) === dateKey(ms, other);
}

// --- durations -----------------------------------------------------------------------------------

/** "12:05", "1:02:05" of a duration; the sign is the caller's. */
export function duration(ms: number): string {
  const total = Math.floor(Math.abs(ms) / 1000);
  const [hours, minutes, seconds] = [
    Math.floor(total / 3600),
    Math.floor(total / 60) % 60,
    total % 60,
  ];
  const two = (n: number): string => String(n).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${two(minutes)}:${two(seconds)}`;
}

/** "12 min", "1 h 5 min", "under a minute" of a duration. */
export function minutes(ms: number): string {
  const whole = Math.round(Math.abs(ms) / 60_000);
  if (whole < 1) return t("under a minute");
  if (whole < 60) return t("{n} min", { n: whole });
  const [hours, rest] = [Math.floor(whole / 60), whole % 60];
  return rest === 0
    ? t("{hours} h", { hours })
    : t("{hours} h {minutes} min", { hours, minutes: rest });
}

/** "12 min left" until an instant, or "3 min over" after it. */
export function left(until: number, at: number): string {
  return until >= at
    ? t("{time} left", { time: minutes(until - at) })
    : t("{time} over", { time: minutes(at - until) });
}

/** "in 12 min" until an instant, "3 min ago" after it. */
export function relative(ms: number, at: number): string {
  return ms >= at
    ? t("in {time}", { time: minutes(ms - at) })
    : t("{time} ago", { time: minutes(at - ms) });
}

/** "On time", "5 min late", "5 min early" of a room's offset. */
export function offset(seconds: number): string {
  if (Math.abs(seconds) < 60) return t("On time");
  const time = minutes(seconds * 1000);
  return seconds > 0 ? t("{time} late", { time }) : t("{time} early", { time });
}

/** What a kind of session is called; empty for those that need no name. */
export function kindName(kind: string): string {
  const names: Record<string, string> = {
    opening: t("Opening"),
    keynote: t("Keynote"),
    panel: t("Panel"),
    workshop: t("Workshop"),
    qa: t("Q&A"),
    break: t("Break"),
    social: t("Social"),
    closing: t("Closing"),
  };
  return names[kind] ?? "";
}
