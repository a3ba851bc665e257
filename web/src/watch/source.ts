// The sources of a room's stream: which of them to play, and what a page of another site is asked for.

import type { SourceView } from "../net/protocol.gen.ts";

/** The source in the wished language; else the first, which is the default. */
export function chosenSource(
  sources: readonly SourceView[],
  language: string | null,
): SourceView | undefined {
  const exact = sources.find((one) => language !== null && one.language === language);
  const near = sources.find((one) => language !== null && isSame(one.language, language));
  return exact ?? near ?? sources[0];
}

/** Whether two tags name the same language, whatever the region: `es` and `es-419`. */
export function isSame(one: string | undefined, other: string | null | undefined): boolean {
  if (!one || !other) return false;
  return one.toLowerCase().split("-")[0] === other.toLowerCase().split("-")[0];
}

/** The address as the page opens it; null for one that it does not open. */
export function address(text: string): URL | null {
  try {
    const url = new URL(text, typeof location === "undefined" ? undefined : location.href);
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch {
    return null;
  }
}

const YOUTUBE_ID = /^[\w-]{11}$/;
const VIMEO_ID = /^\d+$/;

/** The address of a player of YouTube or Vimeo; null when the source names no single video. */
export function embed(source: Pick<SourceView, "url" | "kind">): URL | null {
  const url = address(source.url);
  if (url === null) return null;
  const parts = url.pathname.split("/").filter((part) => part !== "");
  if (source.kind === "youtube") {
    const named = ["live", "embed", "shorts", "v"].includes(parts[0] ?? "") ? parts[1] : null;
    const id = url.hostname.endsWith("youtu.be") ? parts[0] : (url.searchParams.get("v") ?? named);
    if (!id || !YOUTUBE_ID.test(id)) return null;
    return new URL(`https://www.youtube-nocookie.com/embed/${id}?autoplay=1&rel=0&playsinline=1`);
  }
  if (source.kind === "vimeo") {
    const at = parts[0] === "video" ? 1 : 0;
    const id = parts[at];
    if (!id || !VIMEO_ID.test(id)) return null;
    const made = new URL(`https://player.vimeo.com/video/${id}?autoplay=1&dnt=1`);
    // an unlisted video carries its key in its address
    const key = url.searchParams.get("h") ?? parts[at + 1];
    if (key && /^[0-9a-f]+$/i.test(key)) made.searchParams.set("h", key);
    return made;
  }
  return null;
}

/** Whether a picture's place is needed: all sources but mere links to other sites have one. */
export function isFrame(sources: readonly SourceView[]): boolean {
  return sources.length === 0 || sources.some((one) => one.kind !== "link");
}
