// What fields are called, and how their values are written.

import { dateIn, kindName, minutes, number, t, timeIn } from "../../i18n.ts";
import type { FieldChange } from "../../net/protocol.gen.ts";

/** A field of a session or of the event. */
export function fieldName(field: string): string {
  const names: Record<string, string> = {
    title: t("Title"),
    subtitle: t("Subtitle"),
    start_at: t("Start"),
    duration_s: t("Length"),
    room: t("Room"),
    kind: t("Kind"),
    track: t("Track"),
    speakers: t("Speakers"),
    abstract: t("Description"),
    language: t("Language"),
    url: t("Web page"),
    uid: t("Number in its source"),
    fixed_end: t("Ends as planned"),
    min_duration_s: t("Shortest length"),
    may_start_early: t("May start early"),
    recorded: t("May be recorded"),
    streamed: t("May be streamed"),
    tagline: t("Tagline"),
    summary: t("Summary"),
    venue: t("Venue"),
    timezone: t("Time zone"),
    zones: t("Further zones"),
    languages: t("Languages"),
    accent: t("Colour"),
  };
  return names[field] ?? field;
}

/** The kind of a file; formats with a name of their own are called by it. */
export function formatName(format: string | null, label: string | null): string {
  const names: Record<string, string> = {
    "own-json": t("streamhub's own, JSON"),
    "own-yaml": t("streamhub's own, YAML"),
    table: t("a table"),
    "plain-text": t("text with times"),
  };
  return names[format ?? ""] ?? label ?? format ?? "";
}

/** What a column of a table can be. */
export function columnName(field: string): string {
  const names: Record<string, string> = {
    time: t("Time, or from–to"),
    start: t("Start"),
    end: t("End"),
    duration: t("Length"),
    date: t("Date"),
    day: t("Day of the week, or its number"),
    affiliation: t("Organisation of the speakers"),
    role: t("Position of the speakers"),
    status: t("Accepted or not"),
    skip: t("To be left out"),
    unrecorded: t("Must not be recorded"),
    unstreamed: t("Must not be streamed"),
    rooms: t("Rooms"),
    columns: t("Columns of the table"),
    printed: t("Printed time"),
    RRULE: t("Repetition"),
  };
  const plain = field.replace(/^event\./, "");
  return names[plain] ?? fieldName(plain);
}

const TIMES = new Set(["start_at"]);
const LENGTHS = new Set(["duration_s", "min_duration_s"]);

/** A value as people read it; empty where there is none. */
export function valueName(field: string, value: FieldChange["was"], zone: string): string {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.join("; ");
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (typeof value === "number") {
    if (TIMES.has(field)) return `${dateIn(value, zone)}, ${timeIn(value, zone)}`;
    return LENGTHS.has(field) ? minutes(value * 1000) : number(value);
  }
  return field === "kind" ? kindName(value) || t("Session") : value;
}

/** "start" and "until" of what moved, with the day only where that is another. */
export function moveName(
  change: FieldChange,
  zone: string,
  sameDay: boolean,
): [was: string, will: string] {
  if (change.field === "start_at" && sameDay)
    return [timeIn(Number(change.was), zone), timeIn(Number(change.will), zone)];
  return [valueName(change.field, change.was, zone), valueName(change.field, change.will, zone)];
}
