// Under the picture: where the playhead is, in words, with the ways to the next chapter, to the list, and
// to somebody else.

import { ChevronsLeft, ChevronsRight, ListStart, Share2 } from "lucide";
import type { ReadonlySignal } from "@preact/signals";
import { t } from "../../i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { toast } from "../../ui/Toast.tsx";
import { chapters, on } from "./course.ts";
import { addressAt, stampOf } from "./second.ts";

const NEAR_S = 4; // so soon after its beginning, "previous" means the one before

function show(item: HTMLElement): void {
  item.scrollIntoView({ block: "center", behavior: "smooth" });
  item.querySelector<HTMLElement>("a")?.focus({ preventScroll: true });
}

/** Where a second is that no chapter holds. */
function around(at: number): string {
  const [first, last] = [chapters[0], chapters.at(-1)];
  if (first === undefined || last === undefined) return "";
  if (at < first.at) return t("Before the first chapter");
  return at >= last.end ? t("After the last chapter") : t("Between two chapters");
}

async function share(seconds: number, title: string): Promise<void> {
  const url = addressAt(new URL(location.href), seconds).href;
  try {
    if (matchMedia("(pointer: coarse)").matches && "share" in navigator)
      await navigator.share({ url, title });
    else {
      await navigator.clipboard.writeText(url);
      toast(t("The link to this moment is copied."));
    }
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    history.replaceState(history.state, "", url);
    toast(t("The link is in the address bar: copy it from there."));
  }
}

export function Playing(props: {
  playhead: ReadonlySignal<number | null>;
  go: (seconds: number) => void;
}) {
  const { playhead, go } = props;
  const at = playhead.value;
  const { chapter, question } = on.value;
  const seconds = at ?? 0;
  const before = chapters.findLast((one) => one.at < seconds - NEAR_S);
  const after = chapters.find((one) => one.at > seconds + 0.5);
  return (
    <>
      <div class="playing-what">
        <p class="playing-line">
          <time class="figures stamp">{stampOf(seconds)}</time>
          {chapter === null ? (
            <span class="muted">{at === null ? "" : around(at)}</span>
          ) : (
            <strong>{chapter.title}</strong>
          )}
        </p>
        {chapter !== null && chapter.speakers !== "" && (
          <p class="playing-who muted">{chapter.speakers}</p>
        )}
        {question !== null && (
          <p class="playing-question">
            <span>{t("Being answered")}</span> <q dir="auto">{question.text}</q>
          </p>
        )}
      </div>
      <div class="playing-acts">
        <Button
          tone="plain"
          icon={ChevronsLeft}
          label={t("Chapter before")}
          disabled={before === undefined}
          onClick={() => before !== undefined && go(before.at)}
        />
        <Button
          tone="plain"
          icon={ChevronsRight}
          label={t("Next chapter")}
          disabled={after === undefined}
          onClick={() => after !== undefined && go(after.at)}
        />
        <Button
          tone="plain"
          icon={ListStart}
          label={t("Show it in the list")}
          disabled={chapter === null}
          onClick={() => {
            const item = question?.item ?? chapter?.item;
            if (item !== undefined) show(item);
          }}
        />
        <Button
          tone="plain"
          icon={Share2}
          onClick={() => void share(seconds, chapter?.title ?? document.title)}
        >
          {t("Share this moment")}
        </Button>
      </div>
    </>
  );
}
