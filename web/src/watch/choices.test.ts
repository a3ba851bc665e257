import assert from "node:assert/strict";
import { test } from "node:test";
import { read } from "./choices.ts";
import { soundOf } from "./engine.ts";
import { savingLevel } from "./hls.ts";
import { readPlaylist } from "./playlist.ts";

test("choices that were kept, whatever became of them", () => {
  const usual = read(null);
  assert.deepEqual(usual, {
    language: null,
    captions: null,
    volume: 1,
    muted: false,
    save: false,
    soundOnly: false,
  });
  assert.deepEqual(read("nonsense"), usual);
  assert.deepEqual(read({ volume: "loud", muted: 1, language: 7, more: true }), usual);
  assert.equal(read({ volume: 3 }).volume, 1);
  assert.equal(read({ volume: -1 }).volume, 0);
  assert.deepEqual(read({ ...usual, language: "es", save: true }), {
    ...usual,
    language: "es",
    save: true,
  });
});

test("which level saves data", () => {
  const level = (height: number, bitrate: number) => ({ height, bitrate });
  assert.equal(savingLevel([level(240, 3e5), level(360, 8e5), level(720, 3e6)]), 1);
  assert.equal(savingLevel([level(480, 1e6), level(720, 3e6)]), 0);
  assert.equal(savingLevel([level(0, 5e5), level(0, 2e6)]), 0);
  assert.equal(savingLevel([level(720, 3e6)]), -1);
  assert.equal(savingLevel([]), -1);
});

test("where the sound alone is", () => {
  const rendition = (language: string, more = ""): string =>
    `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="${language}",LANGUAGE="${language}",URI="${language}.m3u8"${more}`;
  const two = ["#EXTM3U", rendition("en"), rendition("es", ",DEFAULT=YES")].join("\n");
  const found = readPlaylist(two, "https://a.example/m.m3u8");
  assert.equal(soundOf(found, "en"), "https://a.example/en.m3u8");
  assert.equal(soundOf(found, "fr"), "https://a.example/es.m3u8");
  assert.equal(soundOf(readPlaylist("#EXTM3U", "https://a.example/"), "en"), undefined);
});
