// The work that a newcomer of a busy network owes: to find a number whose hash is small enough. The
// rule is `is_proof` in streamhub/hub/identities.py.

import { sha256 } from "@noble/hashes/sha2.js";

export interface Task {
  participant: string;
  owes: number;
}

const text = new TextEncoder();

/** The first number that shows the work for `participant`. */
export function solve({ participant, owes }: Task): number {
  const bound = 2 ** 48 / owes;
  for (let nonce = 0; ; nonce++) {
    const digest = sha256(text.encode(`${participant}:${nonce}`));
    let first = 0;
    for (let i = 0; i < 6; i++) first = first * 256 + (digest[i] ?? 0);
    if (first < bound) return nonce;
  }
}
