import assert from "node:assert/strict";
import { test } from "node:test";
import { pack, sizes, type Cloud } from "./cloud.ts";

const widthOf = (text: string, size: number): number => text.length * size * 0.55;
const many = Array.from({ length: 60 }, (_, n) => ({
  text: `word${"x".repeat(n % 9)}${n}`,
  n: 1 + Math.round(200 / (n + 1)),
}));

function overlaps({ words }: Cloud): number {
  let found = 0;
  words.forEach((a, place) => {
    for (const b of words.slice(place + 1))
      if (
        Math.abs(a.x - b.x) < (a.width + b.width) / 2 &&
        Math.abs(a.y - b.y) < (a.size + b.size) / 2
      )
        found++;
  });
  return found;
}

test("no two words meet, all are there and in view", () => {
  for (const aspect of [0.6, 1, 1.8]) {
    const cloud = pack(many, widthOf, aspect);
    assert.equal(cloud.words.length, 60);
    assert.equal(overlaps(cloud), 0);
    const [left, top, width, height] = cloud.box;
    assert.ok(Math.abs(width / height - aspect) < 0.01);
    for (const { x, y, width: wide, size } of cloud.words) {
      assert.ok(x - wide / 2 >= left - 1 && x + wide / 2 <= left + width + 1);
      assert.ok(y - size / 2 >= top - 1 && y + size / 2 <= top + height + 1);
    }
  }
});

test("a cloud stays where it is when a word comes or counts", () => {
  const before = pack(many, widthOf, 1.6);
  const after = pack([...many, { text: "new", n: 1 }], widthOf, 1.6, before);
  const was = new Map(before.words.map((word) => [word.text, word]));
  const moved = after.words.filter(({ text, x, y }) => {
    const old = was.get(text);
    return old !== undefined && (old.x !== x || old.y !== y);
  });
  assert.equal(moved.length, 0);
  assert.equal(overlaps(after), 0);
});

test("more is larger, and as much is as large", () => {
  const [first = 0, second = 0, last = 0] = sizes([
    { text: "a", n: 90 },
    { text: "b", n: 30 },
    { text: "c", n: 1 },
  ]);
  assert.ok(first > second && second > last);
  assert.equal(
    new Set(
      sizes([
        { text: "a", n: 3 },
        { text: "b", n: 3 },
      ]),
    ).size,
    1,
  );
});
