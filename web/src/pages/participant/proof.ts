// What a newcomer of a busy network owes: a worker computes it while people read, mostly before they
// have found what to vote for. Until then their commands wait in the outbox, as if the way were long.

import { effect } from "@preact/signals";
import { boot } from "../../boot.ts";
import { me, prove } from "../../state/store.ts";
import type { Task } from "./work.ts";

/** Does what is owed, whenever something is. */
export function payWhatIsOwed(): void {
  let working = "";
  effect(() => {
    const participant = me.value?.id;
    const owes = me.value?.owes ?? 0;
    const task = `${participant} ${owes}`;
    if (participant === undefined || owes === 0 || task === working) return;
    working = task;
    void work({ participant, owes })
      .then(show)
      .then((shown) => {
        if (!shown) working = "";
      });
  });
}

/** The number that shows the work: from a worker, and where there is none, from this page. */
function work(task: Task): Promise<number> {
  const here = async (): Promise<number> => (await import("./work.ts")).solve(task);
  return new Promise((found) => {
    try {
      const worker = new Worker(String(boot["worker"]), { type: "module" });
      worker.onmessage = ({ data }: MessageEvent<number>) => {
        worker.terminate();
        found(data);
      };
      worker.onerror = () => found(here());
      worker.postMessage(task);
    } catch {
      found(here());
    }
  });
}

/** Shows the work: for this connection, and for the next pages of this browser. */
async function show(nonce: number): Promise<boolean> {
  const lasting = fetch(`/api/v1/events/${boot.event}/participants/proof`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ nonce }),
  }).catch(() => undefined); // then the next page does it again
  const shown = await prove(nonce);
  await lasting;
  return shown;
}
