// The list of chapters and answered questions, as the server wrote it: what of it is on is marked, what
// is searched for is left, its links lead to their seconds without a new page. Nothing scrolls by itself.

import { effect, signal, type ReadonlySignal } from "@preact/signals";
import { folded } from "../../ui/picking.ts";
import { chapterAt, questionAt } from "./second.ts";

export interface ChapterItem {
  item: HTMLElement;
  session: string;
  title: string;
  speakers: string;
  at: number;
  end: number;
}

interface AnswerItem {
  item: HTMLElement;
  text: string;
  at: number;
}

function numberIn(item: HTMLElement, name: string): number {
  return Number(item.dataset[name]);
}

function textIn(item: HTMLElement, selector: string): string {
  return item.querySelector(selector)?.textContent?.trim() ?? "";
}

export const chapters: readonly ChapterItem[] = [
  ...document.querySelectorAll<HTMLElement>("[data-chapter]"),
].map((item) => ({
  item,
  session: item.dataset["chapter"] ?? "",
  title: textIn(item, ".chapter-title"),
  speakers: textIn(item, ".chapter-more"),
  at: numberIn(item, "at"),
  end: numberIn(item, "end"),
}));

const answers: readonly AnswerItem[] = [
  ...document.querySelectorAll<HTMLElement>(".answer[data-at]"),
].map((item) => ({ item, text: textIn(item, ".answer-text"), at: numberIn(item, "at") }));

const seconds = answers.map((one) => one.at);

/** What is on at the second that plays. */
export interface On {
  chapter: ChapterItem | null;
  question: { item: HTMLElement; text: string } | null;
}

const on_ = signal<On>({ chapter: null, question: null });
export const on: ReadonlySignal<On> = on_;

function mark(items: Iterable<HTMLElement>, current: (item: HTMLElement) => boolean): void {
  for (const item of items) {
    const is = current(item);
    item.classList.toggle("on-now", is);
    if (is) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  }
}

/** Follows the playhead for as long as the page lives; before it is known, nothing is marked. */
export function follow(playhead: ReadonlySignal<number | null>): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-session]")];
  let last = "";
  effect(() => {
    const at = playhead.value;
    const place = at === null ? -1 : chapterAt(chapters, at);
    const asked = at === null ? -1 : questionAt(seconds, chapters[place], at);
    if (last === `${place} ${asked}`) return;
    last = `${place} ${asked}`;
    const [chapter, question] = [chapters[place] ?? null, answers[asked] ?? null];
    mark(
      chapters.map((one) => one.item),
      (item) => item === chapter?.item,
    );
    mark(
      answers.map((one) => one.item),
      (item) => item === question?.item,
    );
    mark(rows, (row) => chapter !== null && row.dataset["session"] === chapter.session);
    on_.value = { chapter, question };
  });
}

/** Leads links to a second of this recording there; those with a key held go where browsers lead them. */
export function lead(go: (seconds: number) => void): void {
  const first = new Map<string, number>();
  for (const one of chapters) if (!first.has(one.session)) first.set(one.session, one.at);
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest<HTMLElement>("a.moment, a[data-watch]");
    if (link === null) return;
    const watch = link.dataset["watch"];
    const at =
      watch === undefined
        ? numberIn(link.closest<HTMLElement>("[data-at]") ?? link, "at")
        : (first.get(watch) ?? Number.NaN);
    if (Number.isNaN(at)) return; // of another recording
    event.preventDefault();
    go(at);
  });
}

// --- searching -----------------------------------------------------------------------------------

const texts = [...document.querySelectorAll<HTMLElement>(".chapters > .chapter")].map((item) => ({
  item,
  heading: folded(`${textIn(item, ".chapter-title")} ${textIn(item, ".chapter-more")}`),
  answers: [...item.querySelectorAll<HTMLElement>(".answer")].map((answer) => ({
    item: answer,
    text: folded(answer.textContent ?? ""),
  })),
}));

/** Leaves the answers that have every word of `typed`, and chapters called so; returns how many. */
export function narrow(typed: string): number {
  const words = folded(typed).split(/\s+/).filter(Boolean);
  const fits = (text: string): boolean => words.every((word) => text.includes(word));
  let found = 0;
  for (const chapter of texts) {
    const named = fits(chapter.heading);
    let any = false;
    for (const answer of chapter.answers) {
      const is = named || fits(answer.text);
      answer.item.hidden = !is;
      any ||= is;
      if (is) found++;
    }
    chapter.item.hidden = !(named || any);
  }
  return found;
}
