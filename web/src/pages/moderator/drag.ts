// Dragging a question: onto another one to merge it, onto the stage list to put it there. Whatever can be
// dragged has a key, too.

import { signal } from "@preact/signals";
import { canMerge, enqueue, merge } from "./decide.ts";
import { queue, spotlight } from "./model.ts";

/** The question that is dragged, and what it would be dropped on (`END`: the end of the stage list). */
export const dragged = signal<string | null>(null);
export const over = signal<string | null>(null);
export const END = "end";

function onStage(id: string): boolean {
  return queue.peek().includes(id);
}

/** What dropping on `target` would do. */
export function dropDoes(target: string): "merge" | "place" | null {
  const id = dragged.peek();
  if (id === null || id === target) return null;
  if (target === END || onStage(target)) return "place";
  if (target === spotlight.peek() || onStage(id)) return null;
  return canMerge(id) && canMerge(target) ? "merge" : null;
}

export function dragHandlers(id: string) {
  return {
    onDragStart: (event: DragEvent) => {
      const card = document.getElementById(`q-${id}`);
      dragged.value = id;
      event.dataTransfer?.setData("text/plain", id);
      if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
      if (card) event.dataTransfer?.setDragImage(card, 16, 16);
    },
    onDragEnd: () => {
      dragged.value = over.value = null;
    },
  };
}

export function dropHandlers(target: string) {
  return {
    onDragOver: (event: DragEvent) => {
      if (dropDoes(target) === null) return;
      event.preventDefault();
      over.value = target;
    },
    onDragLeave: (event: DragEvent) => {
      const to = event.relatedTarget;
      const here = event.currentTarget as Node;
      if (over.peek() === target && !(to instanceof Node && here.contains(to))) over.value = null;
    },
    onDrop: (event: DragEvent) => {
      const [id, does] = [dragged.peek(), dropDoes(target)];
      dragged.value = over.value = null;
      if (id === null || does === null) return;
      event.preventDefault();
      if (does === "merge") void merge([id], target);
      else void enqueue(id, target === END ? null : target);
    },
  };
}
