// The results of a poll, one drawing for each kind. All of it is in `em` of where it stands: a phone,
// a desk and a wall get the same drawing in their own size. Nothing is said by colour or length alone.

import { Check } from "lucide";
import { number, t, tn, tongue } from "../i18n.ts";
import type { PollView, TallyView } from "../net/protocol.gen.ts";
import { Icon } from "../ui/Icon.tsx";
import { Cloud } from "./Cloud.tsx";
import { columnsOf, rowsOf, wordsOf, type Answer } from "./read.ts";

interface Props {
  poll: PollView;
  /** The reader's own answer, which is marked. */
  mine?: Answer | undefined;
  /** What is drawn instead of the poll's own tally. */
  tally?: TallyView | undefined;
}

function percent(part: number): string {
  return new Intl.NumberFormat(tongue.value.locale, {
    style: "percent",
    maximumFractionDigits: 0,
  }).format(part);
}

function decimal(n: number): string {
  return new Intl.NumberFormat(tongue.value.locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  }).format(n);
}

/** "128 answers". */
export function answers(n: number): string {
  return tn("{n} answer", "{n} answers", n);
}

function Mine() {
  return (
    <span class="poll-mine">
      <Icon of={Check} />
      <span class="visually-hidden">{t("your answer")}</span>
    </span>
  );
}

function Bars({ poll, mine, tally }: Props & { tally: TallyView }) {
  const rows = rowsOf(poll, tally, mine);
  const most = Math.max(...rows.map(({ n }) => n));
  const isRanking = poll.kind === "ranking";
  const List = isRanking ? "ol" : "ul";
  return (
    <List class={`poll-bars ${poll.kind}`} role="list">
      {rows.map((row) => (
        <li key={row.id} class={row.n > 0 && row.n === most ? "first" : undefined}>
          <p class="poll-bar-head">
            {isRanking && tally.total > 0 && (
              <span class="poll-place figures">{t("{n}.##place", { n: number(row.place) })}</span>
            )}
            <span class="poll-bar-text" dir="auto">
              {row.text}
            </span>
            {row.mine && <Mine />}
            <span class="poll-bar-count figures">
              {isRanking ? (
                <span>{tn("{n} point", "{n} points", row.n)}</span>
              ) : (
                <>
                  <strong>{percent(row.part)}</strong>{" "}
                  <span class="poll-bar-n">
                    <span aria-hidden="true">{number(row.n)}</span>
                    <span class="visually-hidden">{answers(row.n)}</span>
                  </span>
                </>
              )}
            </span>
          </p>
          <div class="poll-bar" aria-hidden="true">
            <i style={{ "--part": row.part.toFixed(4) }} />
          </div>
        </li>
      ))}
    </List>
  );
}

function Histogram({ poll, mine, tally }: Props & { tally: TallyView }) {
  const columns = columnsOf(poll, tally, mine);
  const mean = tally.rating?.mean;
  const at = mean === undefined ? 0 : (mean - 1) / Math.max(1, columns.length - 1);
  return (
    <div class="poll-scale">
      <p class="poll-mean">
        {mean === undefined ? (
          <span>{t("No answers yet")}</span>
        ) : (
          <>
            <strong class="figures">{decimal(mean)}</strong>{" "}
            <span>{t("of {most} on average", { most: number(columns.length) })}</span>
          </>
        )}
      </p>
      <ol class="poll-columns" role="list" style={{ "--columns": columns.length, "--mean": at }}>
        {columns.map((column) => (
          <li key={column.number}>
            <span class="poll-column-n figures" aria-hidden="true">
              {column.n > 0 && number(column.n)}
            </span>
            <span class="poll-column" aria-hidden="true">
              <i style={{ "--part": column.part.toFixed(4) }} />
            </span>
            <span class={`poll-column-number figures${column.mine ? " mine" : ""}`}>
              <span class="visually-hidden">{answers(column.n)}: </span>
              {number(column.number)}
              {column.mine && <Mine />}
            </span>
          </li>
        ))}
        {mean !== undefined && <i class="poll-mean-mark" aria-hidden="true" />}
      </ol>
    </div>
  );
}

function Words({ poll, mine, tally }: Props & { tally: TallyView }) {
  const words = wordsOf(tally);
  if (words.length === 0) return <p class="poll-empty">{t("No words yet")}</p>;
  const said = new Set((mine?.words ?? []).map((word) => word.normalize("NFKC").toLowerCase()));
  const own = words.filter(({ text }) => said.has(text.normalize("NFKC").toLowerCase()));
  return <Cloud words={words} label={poll.title} mine={new Set(own.map(({ text }) => text))} />;
}

/** The drawing that fits the kind; nothing where the results are not to be seen. */
export function PollResults(props: Props) {
  const tally = props.tally ?? props.poll.tally;
  if (tally === undefined) return null;
  const { kind } = props.poll;
  return (
    <div class={`poll-results ${kind}`}>
      {kind === "rating" ? (
        <Histogram {...props} tally={tally} />
      ) : kind === "words" ? (
        <Words {...props} tally={tally} />
      ) : (
        <Bars {...props} tally={tally} />
      )}
    </div>
  );
}
