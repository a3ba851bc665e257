import assert from "node:assert/strict";
import { test } from "node:test";
import { mappingOf, missingIn } from "./mapping.ts";

const columns = [
  { number: 1, heading: "Was", samples: ["Eins"], field: null },
  { number: 2, heading: "Ort", samples: ["Saal"], field: "room" },
  { number: 3, heading: "A", samples: ["Eva"], field: null },
  { number: 4, heading: "B", samples: ["Udo"], field: null },
];

test("each field is told with its columns, and those that have none any more as well", () => {
  const fields = new Map([
    [4, "speakers"],
    [1, "title"],
    [3, "speakers"],
  ]);
  assert.deepEqual(mappingOf(columns, fields), { room: "", title: "#1", speakers: "#3+#4" });
});

test("a table needs a title and a time", () => {
  assert.deepEqual(missingIn(new Map()), ["title", "start"]);
  assert.deepEqual(missingIn(new Map([[1, "title"]])), ["start"]);
  assert.deepEqual(
    missingIn(
      new Map([
        [1, "kind"],
        [2, "time"],
      ]),
    ),
    [],
  );
});
