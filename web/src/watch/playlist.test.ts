import assert from "node:assert/strict";
import { test } from "node:test";
import { readPlaylist } from "./playlist.ts";

const BASE = "https://cdn.example.org/live/main.m3u8?token=1";

test("a plain ladder needs the light player only", () => {
  const found = readPlaylist(
    `#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360,CODECS="avc1.4d401e,mp4a.40.2"
low.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=2800000,RESOLUTION=1280x720,CODECS="avc1.4d401f,mp4a.40.2"
mid.m3u8
`,
    BASE,
  );
  assert.equal(found.is, "multi");
  assert.equal(found.needsFull, false);
  assert.equal(found.soundOnly, undefined);
});

test("renditions of sound and captions need the full one", () => {
  const found = readPlaylist(
    `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Español, sala",LANGUAGE="es",DEFAULT=YES,URI="es.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en",DEFAULT=NO,URI="../en.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="b",NAME="English",LANGUAGE="en",URI="en-high.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=640x360,AUDIO="a"
video.m3u8`,
    BASE,
  );
  assert.equal(found.needsFull, true);
  assert.deepEqual(
    found.audio.map((one) => [one.language, one.name, one.url, one.isDefault]),
    [
      ["es", "Español, sala", "https://cdn.example.org/live/es.m3u8", true],
      ["en", "English", "https://cdn.example.org/en.m3u8", false],
    ],
  );
  for (const type of ["SUBTITLES", "CLOSED-CAPTIONS"])
    assert.equal(
      readPlaylist(`#EXTM3U\n#EXT-X-MEDIA:TYPE=${type},GROUP-ID="c",NAME="x"`, BASE).captions,
      true,
    );
  assert.equal(readPlaylist('#EXTM3U\n#EXT-X-DEFINE:NAME="a",VALUE="b"', BASE).needsFull, true);
});

test("sound that is in the picture's own playlist needs no other player", () => {
  const found = readPlaylist(
    `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en",DEFAULT=YES
#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a"
video.m3u8`,
    BASE,
  );
  assert.equal(found.needsFull, false);
  assert.equal(found.audio[0]?.url, undefined);
});

test("a variant of sound alone", () => {
  const found = readPlaylist(
    `#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360,CODECS="avc1.4d401e,mp4a.40.2"
low.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2"
sound.m3u8`,
    BASE,
  );
  assert.equal(found.soundOnly, "https://cdn.example.org/live/sound.m3u8");
});

test("segments, none yet, the end", () => {
  const live = readPlaylist("#EXTM3U\r\n#EXT-X-TARGETDURATION:4\r\n#EXTINF:4,\r\na.ts\r\n", BASE);
  assert.deepEqual([live.is, live.segments, live.ended], ["media", 1, false]);
  const early = readPlaylist("\uFEFF#EXTM3U\n#EXT-X-TARGETDURATION:4", BASE);
  assert.deepEqual([early.is, early.segments], ["media", 0]);
  assert.equal(readPlaylist("#EXTM3U\n#EXTINF:4,\na.ts\n#EXT-X-ENDLIST", BASE).ended, true);
});

test("what is no playlist", () => {
  for (const text of ["", "<!doctype html>", "#EXTINF:4,\na.ts"])
    assert.equal(readPlaylist(text, BASE).is, "none");
  assert.equal(
    readPlaylist('#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,URI="http://["', BASE).audio.length,
    1,
  );
});
