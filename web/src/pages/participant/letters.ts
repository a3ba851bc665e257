// Which letters are still on their way, given what the server has told of one's own questions. Pure.
// A letter's answer and `me` come in either order; whichever is first ends the letter.

import type { ErrorBody, MyQuestionView } from "../../net/protocol.gen.ts";

/** A question on its way: `id` is its command's. */
export interface Letter {
  id: string;
  text: string;
  name: string;
  room?: string | undefined;
  sent_at: number;
  /** One's own questions when it was written: it is none of these. */
  before?: readonly string[];
  /** The server said no, and the box held another text by then. */
  error?: ErrorBody;
  /** What the server calls the question, once it has it. */
  question?: string;
}

type Own = Readonly<Record<string, Pick<MyQuestionView, "text" | "asked_at">>>;

const CLOCKS_MS = 60_000; // by how much this device's idea of the server's time may be wrong

function same(one: string, other: string): boolean {
  const plain = (text: string): string => text.normalize("NFC").replace(/\s+/g, " ").trim();
  return plain(one) === plain(other);
}

/** The letters that are none of `own`: each of those is one letter at most. */
export function onTheWay(letters: readonly Letter[], own: Own): Letter[] {
  const taken = new Set(letters.map((one) => one.question));
  return letters.filter((letter) => {
    if (letter.error !== undefined) return true;
    if (letter.question !== undefined) return own[letter.question] === undefined;
    const found = Object.entries(own).find(
      ([id, one]) =>
        !taken.has(id) &&
        letter.before?.includes(id) !== true &&
        same(one.text, letter.text) &&
        one.asked_at > letter.sent_at - CLOCKS_MS,
    );
    if (found !== undefined) taken.add(found[0]);
    return found === undefined;
  });
}
