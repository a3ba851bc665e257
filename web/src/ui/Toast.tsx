// Short notes at the edge of the page: what was done (with a way back) or what went wrong.

import { signal } from "@preact/signals";
import { X } from "lucide";
import { t } from "../i18n.ts";
import type { Ack, ErrorBody } from "../net/protocol.gen.ts";
import { Button } from "./Button.tsx";

interface Note {
  id: number;
  text: string;
  tone: "plain" | "over";
  about?: string;
  undo?: () => void;
}

const notes = signal<readonly Note[]>([]);
let last = 0;

function drop(id: number): void {
  notes.value = notes.value.filter((note) => note.id !== id);
}

/** Shows a note for a while; `undo` adds a button, `about` begins to say what it was done to. Returns
    how to take it away. */
export function toast(
  text: string,
  options: { undo?: () => void; tone?: Note["tone"]; ms?: number; about?: string } = {},
): () => void {
  const id = ++last;
  const { undo, about, tone = "plain", ms = undo ? 8000 : 5000 } = options;
  notes.value = [
    ...notes.value.slice(-2),
    { id, text, tone, ...(undo && { undo }), ...(about && { about }) },
  ];
  setTimeout(() => drop(id), ms);
  return () => drop(id);
}

/** What an error says to a person: what happened, and what to do. */
export function sayError(error: ErrorBody): string {
  return error.hint ? `${error.message} ${error.hint}` : error.message;
}

/** Waits for an answer and tells when it is a refusal. Resolves to whether it was carried out. */
export async function told(answer: Promise<Ack>): Promise<boolean> {
  const ack = await answer;
  if (!ack.ok) toast(sayError(ack.error), { tone: "over", ms: 9000 });
  return ack.ok;
}

/** Where notes appear: once per page. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {notes.value.map((note) => (
        <div class={`toast ${note.tone}`} key={note.id}>
          <p>
            {note.text}
            {note.about !== undefined && (
              <bdi class="toast-about" aria-hidden="true">
                {note.about}
              </bdi>
            )}
          </p>
          {note.undo && (
            <Button
              tone="plain"
              size="small"
              onClick={() => {
                drop(note.id);
                note.undo?.();
              }}
            >
              {t("Undo")}
            </Button>
          )}
          <Button
            tone="plain"
            size="small"
            icon={X}
            label={t("Dismiss")}
            onClick={() => drop(note.id)}
          />
        </div>
      ))}
    </div>
  );
}
