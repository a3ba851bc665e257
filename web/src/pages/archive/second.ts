// Seconds of a recording: as addresses say them, as players show them, and what is on at one.

const MOST = 1_000_000;

/** "754", "12:34", "1:02:03", "1h2m3s" in seconds; null for what is none. */
export function secondOf(text: string): number | null {
  const said = text.trim().toLowerCase();
  if (/^\d{1,7}(\.\d+)?$/.test(said)) return Math.min(Number(said), MOST);
  const found =
    /^(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)(?:\.\d+)?$/.exec(said) ??
    (said === "" ? null : /^(?:(\d{1,3})h)?(?:(\d{1,5})m)?(?:(\d{1,7})s)?$/.exec(said));
  if (found === null) return null;
  const [hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0));
  return Math.min((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0), MOST);
}

/** "0:07", "12:34", "1:02:03". */
export function stampOf(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number): string => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}

/** The second that an address asks for: `#t=` before `?t=`; null: none. */
export function askedIn(address: URL): number | null {
  const fragment = /^#t=([^,&]+)/.exec(address.hash)?.[1];
  const said = fragment ?? address.searchParams.get("t");
  return said === null ? null : secondOf(decodeURIComponent(said));
}

/** The address of a second of what `address` shows; nothing of it but that changes. */
export function addressAt(address: URL, seconds: number): URL {
  const url = new URL(address);
  url.hash = "";
  url.searchParams.delete("t");
  const whole = Math.max(0, Math.floor(seconds));
  if (whole > 0) url.searchParams.set("t", String(whole));
  return url;
}

export interface Chapter {
  at: number;
  end: number;
}

/** Which chapter is on at a second: its place, or -1 between two and around them. */
export function chapterAt(chapters: readonly Chapter[], seconds: number): number {
  const place = chapters.findLastIndex((one) => one.at <= seconds);
  return (chapters[place]?.end ?? 0) > seconds ? place : -1;
}

/** Which question is being answered: the last one of the chapter that had begun; else -1. */
export function questionAt(
  questions: readonly number[],
  chapter: Chapter | undefined,
  seconds: number,
): number {
  if (chapter === undefined) return -1;
  let found = -1;
  questions.forEach((at, place) => {
    if (at <= seconds && at >= chapter.at && (found < 0 || at >= (questions[found] ?? 0)))
      found = place;
  });
  return found;
}
