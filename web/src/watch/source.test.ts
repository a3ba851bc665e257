import assert from "node:assert/strict";
import { test } from "node:test";
import type { SourceView } from "../net/protocol.gen.ts";
import { address, chosenSource, embed } from "./source.ts";

const EN: SourceView = { url: "https://a.example/en.m3u8", kind: "hls", language: "en" };
const ES: SourceView = { url: "https://a.example/es.m3u8", kind: "hls", language: "es-419" };
const BARE: SourceView = { url: "https://a.example/floor.m3u8", kind: "hls" };

test("the language that was chosen, else the first", () => {
  assert.equal(chosenSource([BARE, EN, ES], "es-419"), ES);
  assert.equal(chosenSource([BARE, EN, ES], "es"), ES);
  assert.equal(chosenSource([BARE, EN, ES], "fr"), BARE);
  assert.equal(chosenSource([EN, ES], null), EN);
  assert.equal(chosenSource([], "es"), undefined);
});

test("videos of YouTube", () => {
  const id = "dQw4w9WgXcQ";
  for (const url of [
    `https://www.youtube.com/watch?v=${id}&t=12`,
    `https://youtu.be/${id}?si=abc`,
    `https://youtube.com/live/${id}`,
    `https://m.youtube.com/embed/${id}`,
  ]) {
    const made = embed({ url, kind: "youtube" });
    assert.equal(made?.origin, "https://www.youtube-nocookie.com");
    assert.equal(made?.pathname, `/embed/${id}`);
  }
  for (const url of [
    "https://www.youtube.com/@channel/live",
    "https://www.youtube.com/watch?v=../../x",
    "https://youtu.be/",
  ])
    assert.equal(embed({ url, kind: "youtube" }), null);
});

test("videos of Vimeo, with the key of unlisted ones", () => {
  const plain = embed({ url: "https://vimeo.com/76979871", kind: "vimeo" });
  assert.equal(plain?.href, "https://player.vimeo.com/video/76979871?autoplay=1&dnt=1");
  for (const url of [
    "https://vimeo.com/76979871/a1b2c3",
    "https://player.vimeo.com/video/76979871?h=a1b2c3",
  ])
    assert.equal(embed({ url, kind: "vimeo" })?.searchParams.get("h"), "a1b2c3");
  assert.equal(embed({ url: "https://vimeo.com/event/12345", kind: "vimeo" }), null);
});

test("no other site's player for other kinds, and no other schemes", () => {
  assert.equal(embed({ url: "https://a.example/x", kind: "link" }), null);
  assert.equal(embed({ url: "javascript:alert(1)", kind: "youtube" }), null);
  assert.equal(address("javascript:alert(1)"), null);
  assert.equal(address("not an address"), null);
});
