// Reactions: one tap tells the room; what everybody sends comes back gathered, as a small figure that
// rises and goes. Nothing of it is said aloud, and nothing of it is kept for later.

import { signal } from "@preact/signals";
import { number, t } from "../../i18n.ts";
import { react, reactionsHeard, status } from "../../state/store.ts";
import { Icon } from "../../ui/index.ts";
import { REACTIONS, type ReactionKind } from "../../ui/reactions.ts";
import { live, phase } from "./reading.ts";
import { roomId } from "./room.ts";

const SHOWN_MS = 1600;
const PER_S = 3; // the server counts no more of one person's

interface Burst {
  id: number;
  kind: ReactionKind;
  n: number;
}

const bursts = signal<readonly Burst[]>([]);
const pressed = signal<ReactionKind | null>(null);
let last = 0;
let sent: number[] = [];

reactionsHeard((message) => {
  if (message.room !== roomId.peek()) return;
  const made = REACTIONS.flatMap(({ kind }) => {
    const n = message.counts[kind] ?? 0;
    return n > 0 ? [{ id: ++last, kind, n }] : [];
  });
  // one figure for each kind: the newest
  const kinds = new Set(made.map((one) => one.kind));
  bursts.value = [...bursts.peek().filter((one) => !kinds.has(one.kind)), ...made];
  setTimeout(() => {
    bursts.value = bursts.peek().filter((one) => !made.includes(one));
  }, SHOWN_MS);
});

function send(kind: ReactionKind): void {
  const now = performance.now();
  sent = sent.filter((at) => now - at < 1000);
  const room = roomId.peek();
  if (room === undefined || sent.length >= PER_S) return;
  sent.push(now);
  pressed.value = kind;
  setTimeout(() => {
    if (pressed.peek() === kind) pressed.value = null;
  }, 600);
  react(room, kind);
}

export function Reactions() {
  if (phase.value !== "live" || live.value === null) return null;
  const offline = status.value.is !== "live";
  return (
    <div class="reactions" role="group" aria-label={t("Reactions")}>
      {REACTIONS.map(({ kind, icon, name }) => {
        const burst = bursts.value.find((one) => one.kind === kind);
        return (
          <button
            key={kind}
            type="button"
            class={pressed.value === kind ? "pressed" : undefined}
            aria-label={name()}
            title={name()}
            disabled={offline}
            onClick={() => send(kind)}
          >
            <Icon of={icon} />
            {burst !== undefined && (
              <span class="burst figures" key={burst.id} aria-hidden="true">
                +{number(burst.n)}
              </span>
            )}
          </button>
        );
      })}
    </div>
  );
}
