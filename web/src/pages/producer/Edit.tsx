// Changing the agenda while it runs: a session's words, people, times and room; a new one on the spot;
// when it really started; that it does not take place. What it does to the day is shown before.

import { Plus, TriangleAlert, X } from "lucide";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Choice } from "../../crew/Choice.tsx";
import { carried, sayOnDesk } from "../../crew/words.ts";
import { cityOf, kindName, t, timeIn } from "../../i18n.ts";
import { serverNow } from "../../net/clock.ts";
import type { ErrorBody, Kind, SpeakerWish } from "../../net/protocol.gen.ts";
import { rooms, sessionOf, state } from "../../state/store.ts";
import { Button, Dialog, Field, FormDialog, Icon } from "../../ui/index.ts";
import { dialog, live, next, room, roomId, rundown, send, zoneOf } from "./act.ts";
import type { Wish } from "./foresee.ts";
import { Effects } from "./Foreseen.tsx";
import { instantAt, isMovable, isOnAir, lengthOf, shownLength, type Session } from "./model.ts";

const KINDS: readonly Kind[] = [
  "session",
  "presentation",
  "keynote",
  "panel",
  "workshop",
  "qa",
  "opening",
  "closing",
  "break",
  "social",
  "other",
];
const TITLE_MOST = 300;

function nameOfKind(kind: string): string {
  const names: Record<string, string> = {
    session: t("Session"),
    presentation: t("Presentation"),
    other: t("Something else"),
  };
  return kindName(kind) || (names[kind] ?? kind);
}

const kinds = (): [string, string][] => KINDS.map((one) => [one, nameOfKind(one)]);

function close(): void {
  dialog.value = null;
}

function Warning({ children }: { children: ComponentChildren }) {
  return (
    <p class="caution" role="note">
      <Icon of={TriangleAlert} />
      <span>{children}</span>
    </p>
  );
}

function Tick(props: {
  label: string;
  hint?: string;
  checked: boolean;
  onChecked: (on: boolean) => void;
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={props.checked}
        onChange={(event) => props.onChecked(event.currentTarget.checked)}
      />
      <span>
        {props.label}
        {props.hint !== undefined && <small class="muted">{props.hint}</small>}
      </span>
    </label>
  );
}

// --- people --------------------------------------------------------------------------------------

type Person = { key: number; id?: string; name: string; role: string; affiliation: string };
let keys = 0;

function People({ of, onPeople }: { of: Person[]; onPeople: (people: Person[]) => void }) {
  const set = (key: number, change: Partial<Person>): void =>
    onPeople(of.map((one) => (one.key === key ? { ...one, ...change } : one)));
  return (
    <fieldset class="people">
      <legend>{t("Speakers")}</legend>
      {of.map((one, n) => (
        <div key={one.key} class="person">
          <Field
            label={t("Name of speaker {n}", { n: n + 1 })}
            hideLabel
            placeholder={t("Name")}
            value={one.name}
            onValue={(name) => set(one.key, { name })}
            most={TITLE_MOST}
          />
          <Field
            label={t("Affiliation of speaker {n}", { n: n + 1 })}
            hideLabel
            placeholder={t("Affiliation")}
            value={one.affiliation}
            onValue={(affiliation) => set(one.key, { affiliation })}
            most={TITLE_MOST}
          />
          <Button
            size="small"
            tone="plain"
            icon={X}
            label={t("Take out: {name}", { name: one.name || t("nobody") })}
            onClick={() => onPeople(of.filter((other) => other.key !== one.key))}
          />
        </div>
      ))}
      <Button
        size="small"
        icon={Plus}
        onClick={() => onPeople([...of, { key: ++keys, name: "", role: "", affiliation: "" }])}
      >
        {t("Add a speaker")}
      </Button>
    </fieldset>
  );
}

function peopleOf(session: Session): Person[] {
  return session.speakers.map((one) => ({
    key: ++keys,
    id: one.id,
    name: one.name,
    role: one.role ?? "",
    affiliation: one.affiliation ?? "",
  }));
}

function wishesOf(people: readonly Person[]): SpeakerWish[] {
  return people
    .filter((one) => one.name.trim() !== "")
    .map(({ id, name, role, affiliation }) =>
      id === undefined
        ? { name: name.trim(), ...(affiliation.trim() && { affiliation: affiliation.trim() }) }
        : { id, name: name.trim(), role: role.trim(), affiliation: affiliation.trim() },
    );
}

// --- one session ---------------------------------------------------------------------------------

interface Draft {
  title: string;
  kind: string;
  people: Person[];
  room: string;
  start: string;
  length: string;
  fixedEnd: boolean;
  least: string;
  early: boolean;
  moveEnd: boolean;
}

function draftOf(session: Session): Draft {
  return {
    title: session.title,
    kind: session.kind,
    people: peopleOf(session),
    room: session.room,
    start: timeIn(session.start_at, zoneOf(session.room)),
    length: shownLength(session.duration_s),
    fixedEnd: session.fixed_end === true,
    least: session.min_duration_s === undefined ? "" : shownLength(session.min_duration_s),
    early: session.may_start_early === true,
    moveEnd: false,
  };
}

/** The commands that make `draft` of a session: none where it says what there is. */
function changes(session: Session, draft: Draft): { edit: Wish | null; retime: Wish | null } {
  const start_at = instantAt(draft.start, session.start_at, zoneOf(session.room));
  const duration_s = lengthOf(draft.length);
  const least = draft.least.trim() === "" ? 0 : (lengthOf(draft.least) ?? undefined);
  const was = draftOf(session);
  const people = JSON.stringify(wishesOf(draft.people)) !== JSON.stringify(wishesOf(was.people));
  const edit = {
    ...(draft.title.trim() !== session.title && { title: draft.title.trim() }),
    ...(draft.kind !== session.kind && { kind: draft.kind as Kind }),
    ...(people && { speakers: wishesOf(draft.people) }),
    ...(draft.room !== session.room && { room: draft.room }),
    ...(draft.fixedEnd !== was.fixedEnd && { fixed_end: draft.fixedEnd }),
    ...(least !== undefined &&
      least !== (session.min_duration_s ?? 0) && { min_duration_s: least }),
    ...(draft.early !== was.early && { may_start_early: draft.early }),
  };
  const retime = {
    ...(draft.start !== was.start && start_at !== null && { start_at }),
    ...(draft.length !== was.length && duration_s !== null && { duration_s }),
  };
  return {
    edit:
      Object.keys(edit).length === 0
        ? null
        : { type: "session.edit", session: session.id, ...edit },
    retime:
      Object.keys(retime).length === 0
        ? null
        : {
            type: "session.retime",
            session: session.id,
            ...retime,
            ...(draft.moveEnd && { move_end: true }),
          },
  };
}

function EditOne({ session }: { session: Session }) {
  const [draft, setDraft] = useState(() => draftOf(session));
  const [error, setError] = useState<ErrorBody>();
  const [sending, setSending] = useState(false);
  const set = (change: Partial<Draft>): void => {
    setDraft({ ...draft, ...change });
    setError(undefined);
  };
  const onAir = isOnAir(session);
  const over = session.status === "ended";
  const started = (session.runs?.length ?? 0) > 0;
  const wrong = {
    title: draft.title.trim() === "" ? t("Give it a title.") : undefined,
    start:
      instantAt(draft.start, session.start_at, zoneOf(session.room)) === null
        ? t("Write a time of day, such as 15:30.")
        : undefined,
    length: lengthOf(draft.length) === null ? t("Write minutes, such as 45.") : undefined,
    least:
      draft.least.trim() !== "" && lengthOf(draft.least) === null
        ? t("Write minutes, such as 45.")
        : undefined,
  };
  const isWrong = Object.values(wrong).some((one) => one !== undefined);
  const { edit, retime } = changes(session, draft);
  const wishes = isWrong ? [] : [retime, edit].filter((one) => one !== null);
  const save = async (): Promise<void> => {
    if (sending || isWrong) return;
    setSending(true);
    for (const wish of wishes) {
      const ack = await send(wish);
      if (!ack.ok) {
        setSending(false);
        return setError(ack.error);
      }
    }
    close();
  };
  return (
    <FormDialog
      wide
      title={t("Edit the session")}
      submit={onAir ? t("Change what is live") : t("Save")}
      busy={sending}
      disabled={wishes.length === 0}
      error={error && sayOnDesk(error)}
      onSubmit={() => void save()}
      onClose={close}
    >
      {onAir ? (
        <Warning>
          {t("This session is live: screens and phones change as soon as you save.")}
        </Warning>
      ) : (
        room.value?.next === session.id && (
          <Warning>{t("This session is what comes next.")}</Warning>
        )
      )}
      <Field
        label={t("Title")}
        value={draft.title}
        onValue={(title) => set({ title })}
        most={TITLE_MOST}
        error={wrong.title}
        autoFocus
      />
      <div class="edit-row">
        <Choice
          label={t("Kind")}
          value={draft.kind}
          options={kinds()}
          onValue={(kind) => set({ kind })}
        />
        <Field
          type="time"
          label={t("Planned start")}
          hint={cityOf(zoneOf(session.room))}
          value={draft.start}
          onValue={(start) => set({ start })}
          error={wrong.start}
          disabled={onAir || over}
        />
        <Field
          label={t("Length in minutes")}
          inputMode="decimal"
          value={draft.length}
          onValue={(length) => set({ length })}
          error={wrong.length}
          disabled={over}
        />
        {rooms.value.length > 1 && (
          <Choice
            label={t("Room")}
            value={draft.room}
            options={rooms.value.map((one) => [one.id, one.name])}
            onValue={(to) => set({ room: to })}
            disabled={onAir || started}
          />
        )}
      </div>
      {onAir && draft.length !== shownLength(session.duration_s) && (
        <Tick
          label={t("Let the countdown move with it")}
          hint={t("Otherwise what is live keeps its end.")}
          checked={draft.moveEnd}
          onChecked={(moveEnd) => set({ moveEnd })}
        />
      )}
      <People of={draft.people} onPeople={(people) => set({ people })} />
      {!over && (
        <fieldset class="rules">
          <legend>{t("When the day is late")}</legend>
          <Tick
            label={t("It keeps its end")}
            hint={t("Breaks do: they take up delay.")}
            checked={draft.fixedEnd}
            onChecked={(fixedEnd) => set({ fixedEnd })}
          />
          <Tick
            label={t("It may start before its printed time")}
            checked={draft.early}
            onChecked={(early) => set({ early })}
          />
          {draft.fixedEnd && (
            <Field
              label={t("At least, in minutes")}
              inputMode="decimal"
              value={draft.least}
              onValue={(least) => set({ least })}
              error={wrong.least}
            />
          )}
        </fieldset>
      )}
      <Effects wishes={wishes} />
    </FormDialog>
  );
}

// --- a new session -------------------------------------------------------------------------------

const NEXT = "";
const LAST = "last";

function Insert({ first }: { first: string | null }) {
  const [title, setTitle] = useState("");
  const [kind, setKind] = useState<string>("session");
  const [length, setLength] = useState("10");
  const [before, setBefore] = useState(first ?? NEXT);
  const [people, setPeople] = useState<Person[]>([]);
  const [error, setError] = useState<ErrorBody>();
  const [tried, setTried] = useState(false);
  const id = roomId.value;
  const duration_s = lengthOf(length);
  const movable = rundown.value.filter((one) => isMovable(one) && one.status === "scheduled");
  const after = rundown.value.at(-1);
  const wish: Wish | null =
    id === undefined || duration_s === null
      ? null
      : {
          type: "session.insert",
          room: id,
          title: title.trim() || t("New session"),
          kind: kind as Kind,
          duration_s,
          ...(before === LAST && after !== undefined
            ? {
                start_at: Math.max(after.expected_end_at, after.start_at + after.duration_s * 1000),
              }
            : before !== NEXT && { before }),
          ...(people.length > 0 && { speakers: wishesOf(people) }),
        };
  const save = async (): Promise<void> => {
    setTried(true);
    if (wish === null || title.trim() === "") return;
    const ack = await send(wish);
    if (ack.ok) close();
    else setError(ack.error);
  };
  const isNext = before === NEXT || before === room.value?.next;
  return (
    <FormDialog
      wide
      title={t("Put in a session")}
      submit={t("Put it in")}
      error={error && sayOnDesk(error)}
      onSubmit={() => void save()}
      onClose={close}
    >
      <Field
        label={t("Title")}
        value={title}
        onValue={(value) => {
          setTitle(value);
          setError(undefined);
        }}
        most={TITLE_MOST}
        error={tried && title.trim() === "" ? t("Give it a title.") : undefined}
        autoFocus
      />
      <div class="edit-row">
        <Choice label={t("Kind")} value={kind} options={kinds()} onValue={setKind} />
        <Field
          label={t("Length in minutes")}
          inputMode="decimal"
          value={length}
          onValue={setLength}
          error={duration_s === null ? t("Write minutes, such as 45.") : undefined}
        />
        <Choice
          label={t("Where")}
          value={before}
          options={[
            [NEXT, live.value === null ? t("Now") : t("After what is live")],
            ...movable
              .filter((one) => one.id !== room.value?.next)
              .map((one): [string, string] => [
                one.id,
                t("Before: {session}", { session: one.title }),
              ]),
            ...(after === undefined ? [] : [[LAST, t("At the end")] as [string, string]]),
          ]}
          onValue={setBefore}
        />
      </div>
      <People of={people} onPeople={setPeople} />
      {isNext && next.value !== null && (
        <Warning>{t("It comes next, before “{session}”.", { session: next.value.title })}</Warning>
      )}
      <Effects wishes={wish === null ? [] : [wish]} />
    </FormDialog>
  );
}

// --- when it started; that it does not take place ------------------------------------------------

function Correct({ session }: { session: Session }) {
  const here = zoneOf(session.room);
  const was = session.started_at ?? serverNow();
  const [text, setText] = useState(timeIn(was, here));
  const [error, setError] = useState<string>();
  const found = instantAt(text, was, here);
  // the very minute that it says already keeps its seconds
  const at = found !== null && text === timeIn(was, here) ? was : found;
  const wish: Wish | null =
    at === null || at === was
      ? null
      : { type: "session.correct", session: session.id, started_at: Math.min(at, serverNow()) };
  const save = async (): Promise<void> => {
    if (at === null) return setError(t("Write a time of day, such as 15:30."));
    if (wish === null) return close();
    const ack = await send(wish);
    if (ack.ok) close();
    else setError(sayOnDesk(ack.error));
  };
  return (
    <FormDialog
      title={t("When did it start?")}
      submit={
        at === null ? t("Set the start") : t("It started at {time}", { time: timeIn(at, here) })
      }
      onSubmit={() => void save()}
      onClose={close}
    >
      <Field
        type="time"
        label={t("“{session}” actually started at", { session: session.title })}
        hint={t("Time in {city}. What was live before ended then.", { city: cityOf(here) })}
        value={text}
        onValue={(value) => {
          setText(value);
          setError(undefined);
        }}
        error={error}
        autoFocus
      />
      <Effects wishes={wish === null ? [] : [wish]} />
    </FormDialog>
  );
}

function CancelOne({ session }: { session: Session }) {
  const wish: Wish = { type: "session.cancel", session: session.id };
  return (
    <Dialog
      open
      title={t("Cancel this session?")}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{t("Keep it")}</Button>
          <Button
            tone="danger"
            onClick={() => {
              close();
              void send(wish).then(carried);
            }}
          >
            {t("Cancel the session")}
          </Button>
        </>
      }
    >
      <p>
        {t("Everybody sees that “{session}” does not take place. You can restore it.", {
          session: session.title,
        })}
      </p>
      {room.value?.next === session.id && (
        <Warning>{t("This session is what comes next.")}</Warning>
      )}
      <Effects wishes={[wish]} />
    </Dialog>
  );
}

/** Whatever dialog about a session is open. */
export function Dialogs() {
  const is = dialog.value;
  if (is === null) return null;
  if (is.is === "insert") return <Insert key={roomId.value} first={is.before} />;
  if (is.is !== "edit" && is.is !== "correct" && is.is !== "cancel") return null;
  const session = sessionOf(is.session);
  if (session === null || state.value === null) return null;
  switch (is.is) {
    case "edit":
      return <EditOne key={session.id} session={session} />;
    case "correct":
      return <Correct key={session.id} session={session} />;
    default:
      return <CancelOne key={session.id} session={session} />;
  }
}
