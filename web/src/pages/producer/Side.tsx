// Beside the rundown: messages, streams, screens, questions of what is live, who is there, and links.

import { Copy, Link as LinkIcon, Lock } from "lucide";
import { useState } from "preact/hooks";
import { boot } from "../../boot.ts";
import { Choice } from "../../crew/Choice.tsx";
import { Reacting } from "../../crew/Reacting.tsx";
import { NewPollButton, PollDialogs, PollList } from "../../crew/Polls.tsx";
import { QaControl, qaSession } from "../../crew/QaControl.tsx";
import { carried, sayOnDesk, whyQuestions } from "../../crew/words.ts";
import { number, t, tn } from "../../i18n.ts";
import type { QuestionView, SpeakerView } from "../../net/protocol.gen.ts";
import { command, me, presence, sessionOf, state } from "../../state/store.ts";
import { Button, Dialog, Field, Icon, toast } from "../../ui/index.ts";
import { room, roomId } from "./act.ts";
import { Messages } from "./Messages.tsx";
import { Screens } from "./Screens.tsx";
import { Streams } from "./Streams.tsx";

/** What the moderators say of a question to the crew. */
function Note({ of }: { of: QuestionView }) {
  if (of.note === undefined) return null;
  return (
    <p class="private" dir="auto">
      <Icon of={Lock} /> <span class="visually-hidden">{t("Private note")}: </span>
      {of.note}
    </p>
  );
}

function Questions() {
  const session = qaSession(roomId.value);
  const lit = room.value?.spotlight;
  const question = lit === undefined ? undefined : state.value?.questions[lit];
  const id = roomId.value;
  const queue = room.value?.queue ?? [];
  const [first] = queue;
  const coming = first === undefined ? undefined : state.value?.questions[first];
  return (
    <section aria-labelledby="questions">
      <header>
        <h2 id="questions">{t("Questions")}</h2>
        {session !== undefined && (
          <QaControl
            session={session}
            onSet={(opening) =>
              void command("questions.set", { session, state: opening }).then(carried)
            }
          />
        )}
      </header>
      <p class="muted small">
        {room.value && whyQuestions(room.value)}
        {session !== undefined && session !== room.value?.live && ` ${sessionOf(session)?.title}`}
      </p>
      <Reacting room={id} quiet />
      <p class="small">
        <a href={`/e/${boot.event}/results`}>{t("Results so far")}</a>
      </p>
      {question !== undefined && id !== undefined && (
        <div class="lit">
          <p>
            <strong>{t("On screen")}</strong> <span dir="auto">{question.text}</span>
          </p>
          <Note of={question} />
          <Button
            size="small"
            onClick={() => void command("question.unspotlight", { room: id }).then(carried)}
          >
            {t("Take off")}
          </Button>
        </div>
      )}
      {coming !== undefined && (
        <div class="coming">
          <p>
            <strong>{t("Next question")}</strong> <span dir="auto">{coming.text}</span>
          </p>
          <Note of={coming} />
          {queue.length > 1 && (
            <p class="muted">
              {tn("{n} more is waiting", "{n} more are waiting", queue.length - 1)}
            </p>
          )}
        </div>
      )}
    </section>
  );
}

function Polls() {
  return (
    <section aria-labelledby="polls">
      <header>
        <h2 id="polls">{t("Polls")}</h2>
        <NewPollButton />
      </header>
      <PollList room={roomId.value} />
      <PollDialogs room={roomId.value} />
    </section>
  );
}

function There() {
  const counts = presence.value?.counts ?? {};
  const shown: [string, number][] = [
    [t("Participants"), counts["participants"] ?? 0],
    [t("Moderator desks"), counts["desk"] ?? 0],
    [t("Producer desks"), counts["control"] ?? 0],
    [t("Speakers' pages"), counts["speaker"] ?? 0],
    [t("Screens"), Object.keys(presence.value?.displays ?? {}).length],
  ];
  return (
    <section aria-labelledby="there">
      <header>
        <h2 id="there">{t("Connected now")}</h2>
      </header>
      <dl class="counts">
        {shown.map(([name, n]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="figures">{presence.value === null ? "–" : number(n)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Everybody who speaks, by name. */
function speakers(): SpeakerView[] {
  const found = new Map<string, SpeakerView>();
  for (const session of Object.values(state.value?.sessions ?? {}))
    for (const one of session.speakers) found.set(one.id, one);
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function linkTitle(role: LinkRole | null): string {
  switch (role) {
    case "producer":
      return t("Link for a producer");
    case "speaker":
      return t("Link for a speaker");
    default:
      return t("Link for a moderator");
  }
}

type LinkRole = "moderator" | "producer" | "speaker";

function Links() {
  const [role, setRole] = useState<LinkRole | null>(null);
  const [name, setName] = useState("");
  const [speaker, setSpeaker] = useState("");
  const [made, setMade] = useState("");
  const [error, setError] = useState<string>();
  if (me.value?.role !== "organiser") return null;
  const people = speakers();
  const close = (): void => {
    setRole(null);
    setName("");
    setSpeaker("");
    setMade("");
    setError(undefined);
  };
  const create = async (): Promise<void> => {
    if (role === null) return;
    const person = role === "speaker" ? people.find((one) => one.id === speaker) : undefined;
    if (role === "speaker" && person === undefined) return setError(t("Say whose link it is."));
    const ack = await command("link.create", {
      role,
      name: name.trim() || person?.name.slice(0, 60) || null,
      ...(person !== undefined && { speaker: person.id }),
    });
    if (!ack.ok) return setError(sayOnDesk(ack.error));
    setMade(`${boot.public_url ?? location.origin}/k/${ack.result?.["token"] ?? ""}`);
  };
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(made);
      toast(t("Copied"));
    } catch {
      toast(t("The browser does not allow copying. Mark the link and copy it yourself."));
    }
  };
  return (
    <section aria-labelledby="links">
      <header>
        <h2 id="links">{t("Links for the crew")}</h2>
      </header>
      <div class="link-buttons">
        <Button size="small" icon={LinkIcon} onClick={() => setRole("moderator")}>
          {t("For a moderator")}
        </Button>
        <Button size="small" icon={LinkIcon} onClick={() => setRole("producer")}>
          {t("For a producer")}
        </Button>
        <Button size="small" icon={LinkIcon} onClick={() => setRole("speaker")}>
          {t("For a speaker")}
        </Button>
      </div>
      <Dialog
        open={role !== null}
        title={linkTitle(role)}
        onClose={close}
        actions={
          made === "" ? (
            <>
              <Button onClick={close}>{t("Cancel")}</Button>
              <Button tone="primary" onClick={() => void create()}>
                {t("Make the link")}
              </Button>
            </>
          ) : (
            <>
              <Button onClick={close}>{t("Done")}</Button>
              <Button tone="primary" icon={Copy} onClick={() => void copy()}>
                {t("Copy the link")}
              </Button>
            </>
          )
        }
      >
        {made === "" ? (
          <form
            class="edit"
            onSubmit={(event) => {
              event.preventDefault();
              void create();
            }}
          >
            {role === "speaker" && (
              <Choice
                label={t("Who speaks")}
                value={speaker}
                options={[
                  ["", t("Choose…")],
                  ...people.map((one): [string, string] => [one.id, one.name]),
                ]}
                onValue={(value) => {
                  setSpeaker(value);
                  setError(undefined);
                }}
              />
            )}
            <Field
              label={role === "speaker" ? t("Another name for the link") : t("Whose link is it?")}
              hint={t("Others see this name beside what this person decides.")}
              value={name}
              onValue={setName}
              most={60}
              error={error}
              autoFocus
            />
          </form>
        ) : (
          <>
            <p>{t("Whoever has this link can act in this role. It is shown only this once.")}</p>
            <p class="made-link">{made}</p>
          </>
        )}
      </Dialog>
    </section>
  );
}

export function Side() {
  return (
    <div class="side">
      <Messages />
      <Streams />
      <Screens />
      <Questions />
      <Polls />
      <There />
      <Links />
    </div>
  );
}
