// Everybody's questions: the one on screen first, then the list in the order that was asked for.

import { signal } from "@preact/signals";
import { ArrowUp } from "lucide";
import { useRef } from "preact/hooks";
import { t, tn } from "../../i18n.ts";
import type { QuestionView } from "../../net/protocol.gen.ts";
import { sessionsOf, state } from "../../state/store.ts";
import { Icon } from "../../ui/index.ts";
import { OnScreen, QuestionRow } from "./QuestionRow.tsx";
import { askedSession, live, next, phase, room } from "./reading.ts";
import { useSettled } from "./settle.ts";
import { TabList } from "./TabList.tsx";

type Order = "top" | "new" | "answered";
type Entry = [id: string, question: QuestionView];

const PAGE = 60;

const order = signal<Order>("top");
const most = signal(PAGE);

/** The questions that are about what is on now come before those of other sessions. */
function current(): string | undefined {
  return (askedSession.value ?? live.value ?? next.value)?.id;
}

function wanted(all: readonly Entry[], by: Order): string[] {
  const here = current();
  const away = (one: QuestionView): number => (one.session === here ? 0 : 1);
  const sorted = all
    .filter(([, one]) => (one.status === "answered") === (by === "answered"))
    .sort(([, a], [, b]) => {
      if (by === "answered") return (b.answered_at ?? 0) - (a.answered_at ?? 0);
      if (by === "new") return b.asked_at - a.asked_at;
      return away(a) - away(b) || b.upvotes - a.upvotes || a.asked_at - b.asked_at;
    });
  return sorted.map(([id]) => id);
}

export function Questions() {
  const list = useRef<HTMLUListElement>(null);
  const table = state.value?.questions ?? {};
  const lit = room.value?.spotlight;
  const all = Object.entries(table).filter(([id]) => id !== lit);
  const by = order.value;
  const { shown, fresh, take } = useSettled(wanted(all, by), by, list);
  const spotlit = lit === undefined ? undefined : table[lit];
  const answered = all.filter(([, one]) => one.status === "answered").length;
  const total = Object.keys(table).length;
  const here = current();
  const titles = new Map(sessionsOf(room.value?.id).map((one) => [one.id, one.title]));
  const rest = shown.length - most.value;
  return (
    <section class="questions" aria-labelledby="questions-title">
      <h2 id="questions-title">{t("Questions from everybody")}</h2>
      {lit !== undefined && spotlit !== undefined && (
        <OnScreen id={lit} question={spotlit} key={lit} />
      )}
      {total > 0 && (
        <TabList
          label={t("Order of the questions")}
          panel="question-list"
          chosen={by}
          onChoose={(value) => {
            order.value = value as Order;
            most.value = PAGE;
          }}
          tabs={[
            { value: "top", text: t("Most votes") },
            { value: "new", text: t("Newest") },
            { value: "answered", text: t("Answered##questions"), count: answered },
          ]}
        />
      )}
      <div
        id="question-list"
        role={total > 0 ? "tabpanel" : undefined}
        aria-labelledby={total > 0 ? `tab-${by}` : undefined}
      >
        {fresh > 0 && (
          <p class="fresh">
            <button
              type="button"
              class="fresh-chip"
              onClick={() => {
                take();
                list.current?.parentElement?.scrollIntoView({ block: "start" });
              }}
            >
              <Icon of={ArrowUp} />
              {tn("{n} new question", "{n} new questions", fresh)}
            </button>
          </p>
        )}
        <ul role="list" class="question-list" ref={list}>
          {shown.slice(0, most.value).map((id) => {
            const one = table[id];
            return (
              one && (
                <QuestionRow
                  id={id}
                  question={one}
                  key={id}
                  about={one.session === here ? undefined : titles.get(one.session)}
                />
              )
            );
          })}
        </ul>
        {shown.length === 0 && spotlit === undefined && <Empty by={by} any={total > 0} />}
        {rest > 0 && (
          <button type="button" class="button quiet more" onClick={() => (most.value += PAGE)}>
            {tn("Show {n} more", "Show {n} more", rest)}
          </button>
        )}
      </div>
    </section>
  );
}

function Empty({ by, any }: { by: Order; any: boolean }) {
  if (by === "answered" && any)
    return <p class="empty">{t("Answered questions are kept here to read again.")}</p>;
  if (any) return <p class="empty">{t("All questions so far have been answered.")}</p>;
  if (phase.value === "ended") return <p class="empty">{t("No questions were asked.")}</p>;
  if (room.value?.questions?.state === "open")
    return (
      <p class="empty">
        {t("Nobody has asked yet. What would you like to know? Yours can be the first.")}
      </p>
    );
  return <p class="empty">{t("Questions appear here as soon as they are approved.")}</p>;
}
