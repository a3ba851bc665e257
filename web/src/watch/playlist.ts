// What an HLS playlist holds, as far as the page has to know before it plays it: which player it
// needs, where its sound alone is, and whether anything is there yet.

export interface Rendition {
  language: string | undefined;
  name: string;
  /** The address of its own playlist; undefined: it is in the picture's. */
  url: string | undefined;
  isDefault: boolean;
}

export interface Playlist {
  /** `multi`: a list of playlists; `media`: of segments; `none`: not a playlist. */
  is: "multi" | "media" | "none";
  audio: Rendition[];
  captions: boolean;
  /** The address of the first variant. */
  first: string | undefined;
  /** A playlist of sound without a picture, that is not one of `audio`. */
  soundOnly: string | undefined;
  /** Whether the light player would leave something out. */
  needsFull: boolean;
  /** Media playlists: how many segments there are, and whether the last is there. */
  segments: number;
  ended: boolean;
}

const MEDIA_OF_FULL = /^#EXT-X-(DEFINE|CONTENT-STEERING|SESSION-KEY|SESSION-DATA)\b/m;
const ATTRIBUTE = /([A-Z0-9-]+)=("[^"]*"|[^,]*)/g;
const SOUND = /^(mp4a|ac-3|ec-3|opus|flac|mp3|alac)/i;

/** The attributes of a tag, without their quotes. */
function attributes(line: string): Map<string, string> {
  const found = line.slice(line.indexOf(":") + 1).matchAll(ATTRIBUTE);
  return new Map([...found].map(([, name, value]) => [name ?? "", unquoted(value ?? "")]));
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1) : value;
}

function absolute(address: string, base: string): string | undefined {
  try {
    return new URL(address, base).href;
  } catch {
    return undefined;
  }
}

/** Reads a playlist that was fetched from `base`; whatever it does not know it passes over. */
export function readPlaylist(text: string, base: string): Playlist {
  const found: Playlist = {
    is: "none",
    audio: [],
    captions: false,
    first: undefined,
    soundOnly: undefined,
    needsFull: false,
    segments: 0,
    ended: false,
  };
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  if (!lines[0]?.replace(/^\uFEFF/, "").startsWith("#EXTM3U")) return found;
  found.is = "media";
  lines.forEach((line, n) => {
    if (line.startsWith("#EXTINF")) found.segments++;
    else if (line.startsWith("#EXT-X-ENDLIST")) found.ended = true;
    else if (line.startsWith("#EXT-X-STREAM-INF:")) variant(found, line, lines[n + 1] ?? "", base);
    else if (line.startsWith("#EXT-X-MEDIA:")) rendition(found, line, base);
  });
  const own = new Set(found.audio.map((one) => one.url));
  if (own.has(found.soundOnly)) found.soundOnly = undefined;
  found.needsFull =
    found.captions || found.audio.some((one) => one.url) || MEDIA_OF_FULL.test(text);
  return found;
}

function variant(found: Playlist, line: string, next: string, base: string): void {
  found.is = "multi";
  const tag = attributes(line);
  const codecs = tag.get("CODECS")?.split(",") ?? [];
  const isSound =
    !tag.has("RESOLUTION") && codecs.length > 0 && codecs.every((one) => SOUND.test(one.trim()));
  const url = next === "" || next.startsWith("#") ? undefined : absolute(next, base);
  found.first ??= url;
  if (isSound) found.soundOnly ??= url;
}

function rendition(found: Playlist, line: string, base: string): void {
  found.is = "multi";
  const tag = attributes(line);
  const type = tag.get("TYPE");
  if (type === "SUBTITLES" || type === "CLOSED-CAPTIONS") found.captions = true;
  if (type !== "AUDIO") return;
  const address = tag.get("URI");
  const [language, name] = [tag.get("LANGUAGE"), tag.get("NAME") ?? ""];
  // the same language in another quality is no other choice
  if (found.audio.some((one) => one.language === language && one.name === name)) return;
  found.audio.push({
    language,
    name,
    url: address === undefined ? undefined : absolute(address, base),
    isDefault: tag.get("DEFAULT") === "YES",
  });
}
