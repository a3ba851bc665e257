// One column of cards. Only what is near is drawn: a page of cards at first, more as the end comes near;
// what lies outside the window costs no layout (`content-visibility`).

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { number, t } from "../../i18n.ts";
import { Card } from "./Card.tsx";
import { isNarrowed } from "./Filters.tsx";
import { columns, counts, focus, held, type ColumnName } from "./model.ts";

const PAGE = 40;

interface Props {
  name: ColumnName;
  title: string;
  empty: string;
  tools?: ComponentChildren;
}

/** The cards of a column, within a scroller of its own. */
export function Cards({ name, title, empty }: Omit<Props, "tools">) {
  const entries = columns.value[name];
  const [shown, setShown] = useState(PAGE);
  const end = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const at = entries.findIndex(([id]) => id === focus.value);
  const drawn = Math.max(shown, at + 10);
  const more = drawn < entries.length;
  useEffect(() => {
    if (end.current === null || list.current === null) return;
    const seen = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && setShown((n) => Math.max(n, drawn) + PAGE),
      { root: list.current, rootMargin: "600px" },
    );
    seen.observe(end.current);
    return () => seen.disconnect();
  }, [more, drawn]);
  const hold = name === "approved";
  const most = entries.reduce((n, [, { upvotes }]) => Math.max(n, upvotes), 0);
  return (
    <div
      class="cards"
      style={{ "--digits": String(number(most).length) }}
      {...(entries.length > 0 && { role: "feed", "aria-label": title })}
      ref={list}
      {...(hold && {
        onPointerEnter: () => (held.value = columns.peek().approved.map(([id]) => id)),
        onPointerLeave: () => (held.value = null),
      })}
    >
      {entries.slice(0, drawn).map(([id, question], n) => (
        <Card
          key={id}
          id={id}
          question={question}
          column={name}
          place={n + 1}
          of={entries.length}
        />
      ))}
      {more && <div class="more" ref={end} />}
      {entries.length === 0 && (
        <p class="empty">{name === "stage" || !isNarrowed() ? empty : t("Nothing found.")}</p>
      )}
    </div>
  );
}

export function Column({ name, title, empty, tools }: Props) {
  return (
    <section class={`column at-${name}`} aria-labelledby={`h-${name}`}>
      <header>
        <h2 id={`h-${name}`}>
          {title} <span class="count figures">{number(counts.value[name])}</span>
        </h2>
        {tools}
      </header>
      <Cards name={name} title={title} empty={empty} />
    </section>
  );
}
