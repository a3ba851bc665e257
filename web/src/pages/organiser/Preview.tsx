// What the server understood of an agenda: what is open, what is wrong, what it looks like, what it
// would change; and the one button that changes it.

import { CircleCheck, CircleX, TriangleAlert } from "lucide";
import { useState } from "preact/hooks";
import { sayOnDesk } from "../../crew/words.ts";
import { number, t, tn } from "../../i18n.ts";
import type { AgendaPreview, AgendaNote, AgendaProblem } from "../../net/protocol.gen.ts";
import { Button, Icon, toast } from "../../ui/index.ts";
import { Columns } from "./Columns.tsx";
import { Difference } from "./Difference.tsx";
import { confirm, source, startAgain, text, touchLive, way } from "./intake.ts";
import { columnName, formatName } from "./names.ts";
import { sizeOf } from "./plan.ts";
import { Plan } from "./Plan.tsx";
import { DateAsk, TitleAsk, ZoneAsk } from "./Asks.tsx";

const FIRST = 12;

/** Shows the first few, and the rest on demand. */
export function useFirst<T>(all: readonly T[], first = FIRST): [readonly T[], number, () => void] {
  const [whole, setWhole] = useState(false);
  const shown = whole ? all : all.slice(0, first);
  return [shown, all.length - shown.length, () => setWhole(true)];
}

/** Puts the cursor where a text is at fault. */
function goTo(line: number): void {
  way.value = "text";
  startAgain();
  setTimeout(() => {
    const area = document.querySelector<HTMLTextAreaElement>(".of-text textarea");
    if (area === null) return;
    const lines = text.peek().split("\n");
    const from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    area.focus();
    area.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
  });
}

function Where({ line, words }: { line: number | null; words: string }) {
  return line !== null && source.value?.is === "text" ? (
    <button type="button" class="where" onClick={() => goTo(line)}>
      {words}
    </button>
  ) : (
    <span class="where">{words}</span>
  );
}

function Problems({ problems }: { problems: readonly AgendaProblem[] }) {
  const [shown, more, showAll] = useFirst(problems, 20);
  if (problems.length === 0) return null;
  return (
    <div class="trouble" role="alert">
      <h3>
        <Icon of={CircleX} />{" "}
        {tn(
          "{n} thing is wrong. Nothing was changed.",
          "{n} things are wrong. Nothing was changed.",
          problems.length,
        )}
      </h3>
      <ul role="list">
        {shown.map((one, n) => (
          <li key={n}>
            <Where
              line={one.line}
              words={[one.line !== null && t("line {n}", { n: number(one.line) }), one.where]
                .filter(Boolean)
                .join(", ")}
            />
            <p>
              {one.message} {one.hint && <span class="muted">{one.hint}</span>}
            </p>
          </li>
        ))}
      </ul>
      {more > 0 && (
        <Button size="small" onClick={showAll}>
          {tn("Show {n} more", "Show {n} more", more)}
        </Button>
      )}
    </div>
  );
}

function levelName(level: AgendaNote["level"], n: number): string {
  if (level === "dropped") return tn("{n} thing left out", "{n} things left out", n);
  return level === "warning"
    ? tn("{n} thing to look at", "{n} things to look at", n)
    : tn("{n} thing assumed", "{n} things assumed", n);
}

function NotesOf({ level, notes }: { level: AgendaNote["level"]; notes: readonly AgendaNote[] }) {
  const [shown, more, showAll] = useFirst(notes);
  if (notes.length === 0) return null;
  return (
    <details class={`notes ${level}`} open={level !== "assumed" && notes.length <= FIRST}>
      <summary>{levelName(level, notes.length)}</summary>
      <ul role="list">
        {shown.map((one, n) => (
          <li key={n}>
            {(one.row !== null || one.field !== null) && (
              <Where
                line={one.line}
                words={[one.row, one.field !== null && columnName(one.field)]
                  .filter(Boolean)
                  .join(", ")}
              />
            )}
            <p>{one.text}</p>
          </li>
        ))}
      </ul>
      {more > 0 && (
        <Button size="small" onClick={showAll}>
          {tn("Show {n} more", "Show {n} more", more)}
        </Button>
      )}
    </details>
  );
}

function Facts({ told }: { told: AgendaPreview }) {
  const { plan } = told;
  if (plan === null) return null;
  const size = sizeOf(plan);
  const facts = [
    tn("{n} session", "{n} sessions", size.sessions),
    tn("{n} room", "{n} rooms", size.rooms),
    tn("{n} speaker", "{n} speakers", size.speakers),
    tn("{n} break", "{n} breaks", size.breaks),
  ];
  return (
    <header class="understood">
      <h3>{plan.title}</h3>
      <p>
        {t("Read as {format}", { format: formatName(told.format, told.label) })}
        {" · "}
        <span class="figures">{facts.join(" · ")}</span>
      </p>
    </header>
  );
}

/** What it comes to, and the button. What is on air changes only with a word of its own. */
function Confirm({ told, busy }: { told: AgendaPreview; busy: boolean }) {
  const found = told.difference;
  if (found === null || told.plan === null) return null;
  const open = told.asks.find((one) => one.needed);
  const live = found.live.length > 0;
  const nothing =
    found.added.length + found.gone.length + found.restored.length + found.changes.length === 0 &&
    found.event.length === 0;
  const was = told.plan.sessions.length - found.added.length;
  const another = was > 0 && found.gone.length > was / 2;
  const held = told.seen === null || (live && !touchLive.value);
  const put = async (): Promise<void> => {
    if (held || busy) return;
    const error = await confirm();
    if (error !== null)
      toast(
        error.code === "agenda.stale"
          ? t("The event changed in the meantime. Here is what it would change now.")
          : sayOnDesk(error),
        { tone: "over", ms: 9000 },
      );
  };
  if (nothing)
    return (
      <p class="confirm nothing">
        <Icon of={CircleCheck} /> {t("The event has exactly this agenda already.")}
      </p>
    );
  return (
    <div class="confirm">
      {another && (
        <p class="consequence">
          {t("More than half of the present sessions would be cancelled. Is it the right file?")}
        </p>
      )}
      {live && (
        <div class="consequence">
          <p>
            <Icon of={TriangleAlert} />{" "}
            {t("This changes what is on air now: {titles}.", {
              titles: found.live.map((one) => one.title).join("; "),
            })}
          </p>
          <label class="check">
            <input
              type="checkbox"
              checked={touchLive.value}
              onChange={(event) => (touchLive.value = event.currentTarget.checked)}
            />
            <span>{t("Yes, change what is on air, too. Everybody sees it at once.")}</span>
          </label>
        </div>
      )}
      <div class="confirm-row">
        <p class="muted small">
          {told.seen === null
            ? open === undefined
              ? t("It cannot be put in place as long as something is wrong.")
              : t("Answer the question above first.")
            : t(
                "Everybody sees it at once. Questions, votes and what already ran stay; the agenda as it is now is kept for the way back.",
              )}
        </p>
        <Button
          tone="primary"
          size="large"
          aria-disabled={held || busy}
          aria-busy={busy}
          onClick={() => void put()}
        >
          {t("Put it in place")}
        </Button>
      </div>
    </div>
  );
}

export function Preview({ told, busy }: { told: AgendaPreview; busy: boolean }) {
  const asked = (what: string) => told.asks.find((one) => one.what === what);
  const [columns, date, title] = [asked("columns"), asked("date"), asked("title")];
  const at = (level: AgendaNote["level"]) => told.notes.filter((one) => one.level === level);
  return (
    <div class={busy ? "preview busy" : "preview"} aria-busy={busy}>
      <Problems problems={told.problems} />
      <Facts told={told} />
      {(told.plan !== null || asked("timezone")) && <ZoneAsk told={told} />}
      {date && <DateAsk ask={date} />}
      {title && <TitleAsk />}
      {told.columns.length > 0 && (
        <Columns
          key={told.columns.map((one) => one.field).join()}
          told={told}
          needed={columns !== undefined}
        />
      )}
      {told.plan !== null && <Plan plan={told.plan} />}
      {told.notes.length > 0 && (
        <div class="all-notes">
          <NotesOf level="dropped" notes={at("dropped")} />
          <NotesOf level="warning" notes={at("warning")} />
          <NotesOf level="assumed" notes={at("assumed")} />
        </div>
      )}
      {told.difference !== null && told.plan !== null && (
        <Difference found={told.difference} plan={told.plan} />
      )}
      <Confirm told={told} busy={busy} />
    </div>
  );
}
