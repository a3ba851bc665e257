// Answering a poll, one form for each kind. An answer is put together, sent, and can be changed and
// taken back while the poll is open.

import { ArrowDown, ArrowUp, Check, GripVertical, Send, Undo2 } from "lucide";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { number, t, tn } from "../i18n.ts";
import { me, offlineSince } from "../state/store.ts";
import { Button } from "../ui/Button.tsx";
import { graphemes } from "../ui/Field.tsx";
import { Icon } from "../ui/Icon.tsx";
import {
  answer,
  draftOf,
  forgetDraft,
  mine,
  refusalOf,
  standing,
  withdraw,
  write,
} from "./answering.ts";
import { isWhole, moved, optionsOf, ranked, type Answer, type PollWithId } from "./read.ts";
import { PollResults } from "./Results.tsx";

interface FormProps {
  poll: PollWithId;
  draft: Answer;
  disabled: boolean;
}

/** One of the options, or several up to the limit. */
function Options({ poll, draft, disabled }: FormProps) {
  const name = useId();
  const chosen = new Set(draft.choices ?? []);
  const several = poll.kind === "multiple";
  const most = several ? (poll.most ?? Infinity) : 1;
  const full = several && chosen.size >= most;
  const options = optionsOf(poll);
  const choose = (id: string, on: boolean): void => {
    if (!several) return write(poll.id, { choices: [id] });
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    write(poll.id, { choices: [...next] });
  };
  return (
    <>
      {several && most < options.length && (
        <p class="poll-hint" aria-live="polite">
          {tn("Choose {n} at most", "Choose up to {n}", most)}{" "}
          <span class="figures">({t("{n} of {most}", { n: chosen.size, most })})</span>
        </p>
      )}
      <ul class="poll-choices" role="list">
        {options.map(({ id, text }) => {
          const on = chosen.has(id);
          return (
            <li key={id}>
              <label class={on ? "poll-choice on" : "poll-choice"}>
                <input
                  type={several ? "checkbox" : "radio"}
                  name={name}
                  checked={on}
                  disabled={disabled || (full && !on)}
                  onChange={(event) => choose(id, event.currentTarget.checked)}
                />
                <span dir="auto">{text}</span>
              </label>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Scale({ poll, draft, disabled }: FormProps) {
  const name = useId();
  const most = poll.most ?? 5;
  return (
    <div class="poll-rating" style={{ "--columns": most }}>
      {Array.from({ length: most }, (_, place) => place + 1).map((n) => (
        <label key={n} class={draft.rating === n ? "poll-number on" : "poll-number"}>
          <input
            type="radio"
            name={name}
            checked={draft.rating === n}
            disabled={disabled}
            aria-label={t("{n} of {most}", { n, most })}
            onChange={() => write(poll.id, { rating: n })}
          />
          <span class="figures" aria-hidden="true">
            {number(n)}
          </span>
        </label>
      ))}
    </div>
  );
}

const WORD_MOST = 30; // until the server has said its own

function WordFields({ poll, draft, disabled }: FormProps) {
  const most = poll.most ?? 3;
  const limit = me.value?.limits.word_most ?? WORD_MOST;
  const words = draft.words ?? [];
  const filled = words.filter((word) => word.trim() !== "").length;
  const shown = Math.min(most, Math.max(filled + 1, words.length, 1));
  const box = useRef<HTMLDivElement>(null);
  const set = (place: number, text: string): void => {
    const next = Array.from({ length: shown }, (_, n) => words[n] ?? "");
    next[place] = text;
    while (next.length > 1 && next.at(-1) === "" && next.at(-2) === "") next.pop();
    write(poll.id, { words: next });
  };
  return (
    <div class="poll-words" ref={box}>
      {most > 1 && (
        <p class="poll-hint">
          {tn("{n} word or short phrase", "Up to {n} words or short phrases", most)}
        </p>
      )}
      {Array.from({ length: shown }, (_, place) => {
        const text = words[place] ?? "";
        const over = graphemes(text.trim()) - limit;
        return (
          <div class="field" key={place}>
            <input
              type="text"
              value={text}
              disabled={disabled}
              dir="auto"
              autocomplete="off"
              enterkeyhint={place + 1 < most ? "next" : "send"}
              aria-label={
                most > 1 ? t("Word {n} of {most}", { n: place + 1, most }) : t("Your word")
              }
              aria-invalid={over > 0}
              placeholder={place === 0 ? t("Your word") : t("Another one")}
              onInput={(event) => set(place, event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key !== "Enter" || event.isComposing || text.trim() === "") return;
                const next = box.current?.querySelectorAll("input")[place + 1];
                if (next === undefined || next === null) return;
                event.preventDefault(); // the last one sends
                next.focus();
              }}
            />
            {over > 0 && (
              <p class="field-error">
                {tn("{n} character too long", "{n} characters too long", over)}
              </p>
            )}
          </div>
        );
      })}
    </div>
  );
}

/** Options in order: by dragging, by the buttons, or by arrow keys on the handle. */
function Ranking({ poll, draft, disabled }: FormProps) {
  const list = useRef<HTMLOListElement>(null);
  const [held, setHeld] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const options = ranked(poll, draft);
  const put = (from: number, to: number, speak: boolean): void => {
    if (to < 0 || to >= options.length || to === from) return;
    const next = moved(options, from, to);
    write(poll.id, { choices: next.map(({ id }) => id) });
    if (speak)
      setSaid(
        t("{option} is now {n} of {most}", {
          option: options[from]?.text ?? "",
          n: to + 1,
          most: options.length,
        }),
      );
  };
  const drag = (event: PointerEvent): void => {
    const rows = [...(list.current?.children ?? [])];
    const from = options.findIndex((one) => one.id === held);
    const to = rows.findIndex((row, place) => {
      const { top, bottom, height } = row.getBoundingClientRect();
      const slack = place === from ? 0 : height * 0.25;
      return event.clientY >= top + slack && event.clientY <= bottom - slack;
    });
    if (to >= 0) put(from, to, false);
  };
  // heard at the window: a row that moves in the document would lose a pointer that it has captured
  useEffect(() => {
    if (held === null) return undefined;
    const drop = (): void => setHeld(null);
    window.addEventListener("pointermove", drag);
    for (const end of ["pointerup", "pointercancel", "blur"]) window.addEventListener(end, drop);
    return () => {
      window.removeEventListener("pointermove", drag);
      for (const end of ["pointerup", "pointercancel", "blur"])
        window.removeEventListener(end, drop);
    };
  });
  return (
    <>
      <p class="poll-hint">{t("Put them in your order, the best first.")}</p>
      <ol class="poll-ranking" role="list" ref={list}>
        {options.map(({ id, text }, place) => (
          <li key={id} class={held === id ? "poll-rank held" : "poll-rank"}>
            <button
              type="button"
              class="poll-grip"
              disabled={disabled}
              aria-label={t("Move {option}: place {n} of {most}", {
                option: text,
                n: place + 1,
                most: options.length,
              })}
              onPointerDown={(event) => {
                if (event.button !== 0) return;
                event.currentTarget.releasePointerCapture(event.pointerId);
                setHeld(id);
              }}
              onKeyDown={(event) => {
                const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
                if (by === 0) return;
                event.preventDefault();
                put(place, place + by, true);
                const grip = event.currentTarget;
                requestAnimationFrame(() => grip.focus());
              }}
            >
              <Icon of={GripVertical} />
              <span class="figures" aria-hidden="true">
                {number(place + 1)}
              </span>
            </button>
            <span class="poll-rank-text" dir="auto">
              {text}
            </span>
            <Button
              tone="plain"
              size="small"
              icon={ArrowUp}
              label={t("Move up: {option}", { option: text })}
              disabled={disabled || place === 0}
              onClick={() => put(place, place - 1, true)}
            />
            <Button
              tone="plain"
              size="small"
              icon={ArrowDown}
              label={t("Move down: {option}", { option: text })}
              disabled={disabled || place === options.length - 1}
              onClick={() => put(place, place + 1, true)}
            />
          </li>
        ))}
      </ol>
      <p class="visually-hidden" role="status">
        {said}
      </p>
    </>
  );
}

/** The form, with what became of the answer. */
export function PollForm({ poll }: { poll: PollWithId }) {
  const is = standing(poll);
  const title = useId();
  if (is === "closed") return null;
  const sending = is === "sending";
  const held = draftOf(poll.id);
  // a ranking is whole as it is shown, also before anything was moved
  const draft =
    poll.kind === "ranking" ? { choices: ranked(poll, held).map(({ id }) => id) } : held;
  const limit = me.value?.limits.word_most ?? WORD_MOST;
  const tooLong = (draft.words ?? []).some((word) => graphemes(word.trim()) > limit);
  const error = refusalOf(poll.id);
  const form = { poll, draft, disabled: sending };
  const whole = isWhole(poll, draft) && !tooLong;
  return (
    <form
      class={`poll-form ${poll.kind} ${is}`}
      aria-label={poll.title}
      onSubmit={(event) => {
        event.preventDefault();
        if (whole && is !== "sent") void answer(poll, draft);
      }}
    >
      <fieldset aria-describedby={title}>
        <legend class="visually-hidden">{poll.title}</legend>
        {poll.kind === "rating" ? (
          <Scale {...form} />
        ) : poll.kind === "words" ? (
          <WordFields {...form} />
        ) : poll.kind === "ranking" ? (
          <Ranking {...form} />
        ) : (
          <Options {...form} />
        )}
      </fieldset>
      <div class="poll-form-foot" id={title}>
        {error !== undefined && (
          <p class="field-error" role="alert">
            {error}
          </p>
        )}
        <p class="poll-told" role="status">
          {is === "sent" && (
            <>
              <Icon of={Check} />{" "}
              {t("Your answer is in. You can change it while the poll is open.")}
            </>
          )}
          {sending &&
            (offlineSince.value === null
              ? t("Sending…")
              : t("You are offline. It is kept and sent when you are back."))}
        </p>
        <div class="poll-form-acts">
          {is !== "sent" && (
            <Button
              tone="primary"
              type="submit"
              icon={Send}
              disabled={!whole || sending}
              aria-busy={sending}
            >
              {is === "changed" ? t("Change my answer") : t("Send my answer")}
            </Button>
          )}
          {is === "changed" && (
            <Button tone="plain" onClick={() => forgetDraft(poll.id)}>
              {t("Leave it as it was")}
            </Button>
          )}
          {is === "sent" && (
            <Button tone="plain" size="small" icon={Undo2} onClick={() => void withdraw(poll)}>
              {t("Take my answer back")}
            </Button>
          )}
        </div>
      </div>
    </form>
  );
}

/** What was answered, in words. */
function OwnAnswer({ poll, own }: { poll: PollWithId; own: Answer }) {
  const texts = (own.choices ?? []).flatMap((id) => poll.options[id]?.text ?? []);
  const said =
    own.rating === undefined
      ? [...texts, ...(own.words ?? [])].join(poll.kind === "ranking" ? " › " : ", ")
      : t("{n} of {most}", { n: own.rating, most: poll.most ?? 5 });
  return (
    <p class="poll-own" dir="auto">
      {t("Your answer: {answer}", { answer: said })}
    </p>
  );
}

/** A poll as a participant has it: the question, the form while it is open, the results when told. */
export function PollCard({ poll, level = 3 }: { poll: PollWithId; level?: 2 | 3 | 4 }) {
  const own = mine(poll.id);
  const Heading = `h${level}` as "h3";
  const title = `poll-${poll.id}`;
  return (
    <article class={`poll-card ${poll.status}`} aria-labelledby={title}>
      <header>
        <p class="poll-state">{poll.status === "open" ? t("Poll") : t("Poll, closed")}</p>
        <Heading id={title} dir="auto">
          {poll.title}
        </Heading>
        <p class="poll-private muted small">
          {poll.status === "open" && t("Nobody sees who answered what.")}
        </p>
      </header>
      <PollForm poll={poll} />
      {poll.tally !== undefined && (own !== undefined || poll.status === "closed") && (
        <PollResults poll={poll} mine={own} />
      )}
      {poll.tally === undefined && poll.status === "closed" && (
        <>
          {own !== undefined && <OwnAnswer poll={poll} own={own} />}
          <p class="muted">{t("The results are not shown yet.")}</p>
        </>
      )}
    </article>
  );
}
