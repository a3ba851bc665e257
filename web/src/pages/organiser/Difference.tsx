// What an agenda would change, session by session and field by field.

import { dateKey, dateIn, number, range, t, tn } from "../../i18n.ts";
import type {
  AgendaDifference,
  FieldChange,
  PlanSession,
  PlanView,
  ChangedSession,
} from "../../net/protocol.gen.ts";
import { Button } from "../../ui/index.ts";
import { fieldName, moveName } from "./names.ts";
import { useFirst } from "./Preview.tsx";

const LONG = 140;

function Change({ change, zone }: { change: FieldChange; zone: string }) {
  const sameDay =
    change.field === "start_at" &&
    dateKey(Number(change.was), zone) === dateKey(Number(change.will), zone);
  const [was, will] = moveName(change, zone, sameDay);
  const long = was.length + will.length > LONG;
  const both = (
    <p class={long ? "was-will long" : "was-will"} dir="auto">
      <del>
        <span class="visually-hidden">{t("was")}: </span>
        {was || t("nothing")}
      </del>
      <span aria-hidden="true"> → </span>
      <ins>
        <span class="visually-hidden">{t("will be")}: </span>
        {will || t("nothing")}
      </ins>
    </p>
  );
  return (
    <div class="change">
      <dt>{fieldName(change.field)}</dt>
      <dd>
        {long ? (
          <details>
            <summary>{t("is written anew")}</summary>
            {both}
          </details>
        ) : (
          both
        )}
      </dd>
    </div>
  );
}

function Session({
  session,
  live,
  zone,
}: {
  session: ChangedSession;
  live: boolean;
  zone: string;
}) {
  return (
    <li>
      <h5 dir="auto">
        {session.title} {live && <span class="on-air-now">{t("on air now")}</span>}
      </h5>
      <dl>
        {session.changes.map((change) => (
          <Change key={change.field} change={change} zone={zone} />
        ))}
      </dl>
    </li>
  );
}

interface GroupProps<T> {
  title: string;
  all: readonly T[];
  open?: boolean;
  children: (one: T) => preact.ComponentChild;
}

function Group<T>({ title, all, open = false, children }: GroupProps<T>) {
  const [shown, more, showAll] = useFirst(all);
  if (all.length === 0) return null;
  return (
    <details class="group" open={open}>
      <summary>
        {title} <span class="count figures">{number(all.length)}</span>
      </summary>
      <ul role="list">{shown.map(children)}</ul>
      {more > 0 && (
        <Button size="small" onClick={showAll}>
          {tn("Show {n} more", "Show {n} more", more)}
        </Button>
      )}
    </details>
  );
}

function Named({ one, zone }: { one: PlanSession; zone: string }) {
  return (
    <li class="named">
      <span class="muted figures">
        {dateIn(one.start_at, zone)}, {range(one.start_at, one.end_at, zone)}
      </span>
      <span dir="auto">{one.title}</span>
    </li>
  );
}

export function Difference({ found, plan }: { found: AgendaDifference; plan: PlanView }) {
  const zone = plan.timezone;
  const live = new Set(found.live.map((one) => one.session));
  const isMove = (one: ChangedSession): boolean =>
    one.fields.includes("start_at") || one.fields.includes("room");
  const of = (becomes: PlanSession["becomes"]): PlanSession[] =>
    plan.sessions.filter((one) => one.becomes === becomes);
  const session = (one: ChangedSession) => (
    <Session key={one.session} session={one} live={live.has(one.session)} zone={zone} />
  );
  const named = (one: PlanSession) => <Named key={one.session} one={one} zone={zone} />;
  const total =
    found.added.length + found.gone.length + found.restored.length + found.changes.length;
  if (total + found.event.length === 0) return null;
  const few = total <= 8;
  return (
    <section class="difference" aria-label={t("What it changes")}>
      <h4>{t("What it changes")}</h4>
      <Group title={t("The event itself")} all={found.event} open={few}>
        {(change) => (
          <li key={`${change.field}${change.will}`}>
            <dl>
              <Change change={change} zone={zone} />
            </dl>
          </li>
        )}
      </Group>
      <Group title={t("Cancelled: not in it any more")} all={of("gone")} open>
        {named}
      </Group>
      <Group title={t("Moved")} all={found.changes.filter(isMove)} open={few}>
        {session}
      </Group>
      <Group
        title={t("Changed")}
        all={found.changes.filter((one) => !isMove(one))}
        open={few || live.size > 0}
      >
        {session}
      </Group>
      <Group title={t("Back again")} all={of("restored")} open={few}>
        {named}
      </Group>
      <Group title={t("New")} all={of("added")} open={few}>
        {named}
      </Group>
    </section>
  );
}
