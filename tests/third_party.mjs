// What programs that nobody here wrote read in files of ours: ical.js, node-ical, webvtt-parser.
// Takes one JSON line a file, `{as, text}`, and answers each with one line.

import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const require = createRequire(new URL("../web/package.json", import.meta.url));
const nodeIcal = require("node-ical");
const { WebVTTParser } = require("webvtt-parser");
const ICAL = (await import(require.resolve("ical.js"))).default;

// Its own list has no semicolons behind the names, and it then leaves those of the file behind.
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

const readers = {
  "ical.js": (text) => {
    const calendar = new ICAL.Component(ICAL.parse(text));
    ICAL.TimezoneService.reset();
    for (const zone of calendar.getAllSubcomponents("vtimezone"))
      ICAL.TimezoneService.register(zone);
    return calendar.getAllSubcomponents("vevent").map((one) => {
      const event = new ICAL.Event(one);
      return {
        uid: event.uid,
        title: event.summary,
        about: event.description ?? "",
        room: event.location,
        start: event.startDate.toUnixTime() * 1000,
        end: event.endDate.toUnixTime() * 1000,
        sequence: event.sequence,
        status: one.getFirstPropertyValue("status"),
      };
    });
  },
  "node-ical": (text) =>
    Object.values(nodeIcal.sync.parseICS(text))
      .filter((one) => one.type === "VEVENT")
      .map((event) => ({
        uid: event.uid,
        title: event.summary?.val ?? event.summary,
        about: event.description?.val ?? event.description ?? "",
        room: event.location?.val ?? event.location,
        start: event.start.getTime(),
        end: event.end.getTime(),
        sequence: Number(event.sequence),
        status: event.status,
      })),
  "webvtt-parser": (text) => {
    const found = new WebVTTParser(ENTITIES).parse(text, "chapters");
    return {
      errors: found.errors.map((one) => one.message),
      cues: found.cues.map((one) => ({
        start: Math.round(one.startTime * 1000),
        end: Math.round(one.endTime * 1000),
        title: one.tree.children.map((part) => part.value ?? "").join(""),
      })),
    };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { as, text } = JSON.parse(line);
  let answer;
  try {
    answer = { read: readers[as](text) };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
