import { createHash } from "node:crypto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { solve } from "./work.ts";

function first(participant: string, nonce: number): number {
  const digest = createHash("sha256").update(`${participant}:${nonce}`).digest();
  return digest.readUIntBE(0, 6);
}

test("the number that is found is the first whose hash is small enough", () => {
  for (const owes of [1, 100, 2000]) {
    const nonce = solve({ participant: "abcdefghijklmnop", owes });
    for (let before = 0; before < nonce; before++)
      assert.ok(first("abcdefghijklmnop", before) >= 2 ** 48 / owes);
    assert.ok(first("abcdefghijklmnop", nonce) < 2 ** 48 / owes);
  }
});
