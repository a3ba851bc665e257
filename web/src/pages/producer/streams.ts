// What the Streams panel reads and reckons: addresses, the encoder's clock, the last minutes of a room's
// viewers as a line. Pure: views, messages and an instant in, words and figures out.

import { dateKey, number, t, timeIn } from "../../i18n.ts";
import type { SourceView } from "../../net/protocol.gen.ts";

export type Kind = SourceView["kind"];
export type Tone = "fine" | "late" | "over" | "muted";

const MINUTE_MS = 60_000;

// --- addresses -----------------------------------------------------------------------------------

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const HOSTS: readonly (readonly [Kind, RegExp])[] = [
  ["youtube", /(^|\.)(youtube\.com|youtube-nocookie\.com|youtu\.be)$/],
  ["vimeo", /(^|\.)vimeo\.com$/],
];

/** An address as a page would open it; null for what is none. */
export function addressOf(text: string, origin: string): URL | null {
  const typed = text.trim();
  if (!/^(https?:\/\/|\/(?!\/))/i.test(typed)) return null;
  try {
    return new URL(typed, origin);
  } catch {
    return null;
  }
}

/** What stands in the way of an address; null if nothing does. */
export function problemOf(text: string, origin: string): string | null {
  if (text.trim() === "") return t("Give the address of the stream.");
  const url = addressOf(text, origin);
  if (url === null)
    return t("Write a whole address, https://…, or a path on this server that begins with /.");
  const plain = url.protocol === "http:" && !text.trim().startsWith("/");
  return plain && !LOOPBACK.test(url.hostname)
    ? t("Browsers show only https:// in this page. Ask for an address that begins with it.")
    : null;
}

/** What an address leads to, as the server tells it from the address too. */
export function kindOf(text: string, origin: string): Kind {
  const url = addressOf(text, origin);
  if (url === null) return "link";
  for (const [kind, host] of HOSTS) if (host.test(url.hostname)) return kind;
  if (/\.m3u8$/i.test(url.pathname)) return "hls";
  return /\.(mp4|m4v|webm)$/i.test(url.pathname) ? "file" : "link";
}

export function kindName(kind: Kind): string {
  const names: Record<Kind, string> = {
    hls: t("HLS, played in the page"),
    file: t("A video file, played in the page"),
    youtube: t("YouTube, shown after a click"),
    vimeo: t("Vimeo, shown after a click"),
    link: t("A link to another page"),
  };
  return names[kind];
}

/** Whether the page plays it itself, and so knows how late its picture is. */
export function hasClock(kind: Kind): boolean {
  return kind === "hls";
}

/** "video.example.org", or this server. */
export function hostOf(url: string, origin: string): string {
  const found = addressOf(url, origin);
  if (found === null) return url;
  return found.origin === origin ? t("this server") : found.host.replace(/^www\./, "");
}

/** What tells one source from the others: its name, else its language. */
export function sourceName(source: SourceView, language: (code: string) => string): string {
  if (source.label !== undefined) return source.label;
  return source.language === undefined ? "" : language(source.language);
}

// --- health --------------------------------------------------------------------------------------

const HEALTH: Record<string, () => readonly [string, Tone]> = {
  waiting: () => [t("Waiting: nothing is sent yet"), "late"],
  live: () => [t("Live##stream"), "fine"],
  late: () => [t("Live, but far behind##stream"), "late"],
  stalled: () => [t("Stalled##stream"), "over"],
  ended: () => [t("Ended##stream"), "muted"],
  unreachable: () => [t("Cannot be reached"), "over"],
};

/** What the server sees of a stream; nothing where it does not look. */
export function healthOf(health: string | undefined): { words: string; tone: Tone } | null {
  const found =
    health !== undefined && Object.hasOwn(HEALTH, health) ? HEALTH[health]?.() : undefined;
  return found === undefined ? null : { words: found[0], tone: found[1] };
}

/** "4.2 s", "38 s", "1 h 0 min 12 s" of seconds; the sign stays. */
export function span(seconds: number): string {
  const sign = seconds < 0 ? "\u2212" : "";
  const size = Math.abs(seconds);
  if (size < 10) return sign + t("{n} s", { n: number(Math.round(size * 10) / 10) });
  const whole = Math.round(size);
  if (whole < 100) return sign + t("{n} s", { n: number(whole) });
  const [hours, minutes, rest] = [
    Math.floor(whole / 3600),
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  const parts = [
    hours > 0 ? t("{hours} h", { hours: number(hours) }) : "",
    minutes > 0 ? t("{n} min", { n: minutes }) : "",
    rest > 0 ? t("{n} s", { n: rest }) : "",
  ];
  return sign + parts.filter((part) => part !== "").join(" ");
}

/** "3,200 kbit/s", "3.2 Mbit/s". */
export function rate(kbps: number): string {
  return kbps < 1000
    ? t("{n} kbit/s", { n: number(Math.round(kbps)) })
    : t("{n} Mbit/s", { n: number(Math.round(kbps / 100) / 10) });
}

// --- the encoder's clock -------------------------------------------------------------------------

/** What is known of a picture's clock: how late it seems under the offset that holds now. */
export interface Seen {
  late_s: number;
  offset_s: number;
}

/** What the picture's own clock says at `at`, before any offset. */
export function pictureSays(seen: Seen, at: number): number {
  return at - Math.round((seen.late_s + seen.offset_s) * 1000);
}

/** How late the picture would seem under another offset, in seconds. */
export function lateUnder(seen: Seen, offset_s: number): number {
  return seen.late_s + seen.offset_s - offset_s;
}

/** The offset under which the picture is `truly_s` late. */
export function offsetFor(seen: Seen, truly_s: number): number {
  return Math.round((seen.late_s + seen.offset_s - truly_s) * 10) / 10;
}

/** Pictures are hardly ever later than this: more is a clock that is wrong. */
export const LIKELY_MOST_S = 90;

export function isLikely(late_s: number): boolean {
  return late_s > -1 && late_s <= LIKELY_MOST_S;
}

/** A number as people type it, with a comma or a minus of whatever kind; null for what is none. */
export function numberOf(text: string): number | null {
  const plain = text
    .trim()
    .replace(",", ".")
    .replace(/^\u2212/, "-");
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(plain)) return null;
  return Number(plain);
}

// --- times in the venue's zone -------------------------------------------------------------------

/** An instant as the field for a day and a time wants it, in `zone`. */
export function fieldOf(at: number, zone: string, seconds = false): string {
  const text = `${dateKey(at, zone)}T${timeIn(at, zone)}`;
  return seconds ? `${text}:${String(Math.floor(at / 1000) % 60).padStart(2, "0")}` : text;
}

/** The instant at which the clocks of `zone` show what the field says; null if they never do. */
export function instantOf(text: string, zone: string): number | null {
  const wanted = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text)
    ? Date.parse(`${text}Z`)
    : Number.NaN;
  if (Number.isNaN(wanted)) return null;
  let at = wanted;
  for (let turn = 0; turn < 3; turn++) {
    const shown = Date.parse(`${fieldOf(at, zone, true)}Z`);
    if (shown === wanted) return at;
    at += wanted - shown;
  }
  return null;
}

// --- the last minutes, as a line -----------------------------------------------------------------

/** What is remembered of one moment of a room's viewers. */
export interface Moment {
  at: number;
  watching: number;
  late_s: number | null;
  stalls: number;
}

export const REMEMBERED_MS = 10 * MINUTE_MS;
const APART_MS = 2000;

/** The moments with one more; those that are too old go, as does one that came a blink before. */
export function remember(held: readonly Moment[], next: Moment): Moment[] {
  const kept = held.filter((one) => next.at - one.at <= REMEMBERED_MS && one.at < next.at);
  const last = kept.at(-1);
  if (last !== undefined && next.at - last.at < APART_MS && kept.length > 1) kept.pop();
  return [...kept, next];
}

/**
 * The path of a line through `values` over `width` and `height`, in SVG's words: the newest at the right
 * edge, each value holding until the next, `null` as a gap, the scale from 0 to the highest (`top` at
 * least). Empty while there is nothing to draw.
 */
export function lineThrough(
  points: readonly { at: number; value: number | null }[],
  until: number,
  box: { width: number; height: number; top: number },
): string {
  const top = Math.max(box.top, ...points.map((one) => one.value ?? 0));
  const x = (at: number): string =>
    Math.max(0, box.width * (1 - (until - at) / REMEMBERED_MS)).toFixed(1);
  return points
    .map(({ at, value }, place) => {
      if (value === null) return "";
      const y = (box.height * (1 - Math.max(0, value) / top)).toFixed(1);
      const joins = (points[place - 1]?.value ?? null) !== null;
      return `${joins ? "L" : "M"}${x(at)} ${y}H${x(points[place + 1]?.at ?? until)}`;
    })
    .join("");
}
