// What is written on a card, in its place: another text, why it is not taken, a reply, labels, a note.

import { useState } from "preact/hooks";
import { sayOnDesk } from "../../crew/words.ts";
import { t, tn } from "../../i18n.ts";
import type { Ack, QuestionView } from "../../net/protocol.gen.ts";
import { me } from "../../state/store.ts";
import { Button, TextArea } from "../../ui/index.ts";
import { amend, annotate, answer, label, reject } from "./decide.ts";
import { difference } from "./difference.ts";
import { offered, policy, showFocus, writing, type Writing } from "./model.ts";

export const LABELS_MOST = 8;
const LABEL_MOST = 24;
const REASON_MOST = 140;
const REPLY_MOST = 1000;
const NOTE_MOST = 280;

function stop(): void {
  writing.value = null;
  showFocus(false);
}

/** What changed between two texts, word by word. */
export function Difference({ before, after }: { before: string; after: string }) {
  return (
    <span class="difference" dir="auto">
      {difference(before, after).map(({ is, text }, n) =>
        is === "same" ? text : is === "out" ? <del key={n}>{text}</del> : <ins key={n}>{text}</ins>,
      )}
    </span>
  );
}

function Edit({ id, question }: { id: string; question: QuestionView }) {
  const [text, setText] = useState(question.text);
  const [error, setError] = useState<string>();
  const original = question.original ?? question.text;
  const save = async (): Promise<void> => {
    const ack = await amend(id, text);
    if (!ack.ok) setError(sayOnDesk(ack.error));
  };
  return (
    <form
      class="writing"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextArea
        label={t("The question as everybody will read it")}
        hint={t("The author's own words are kept beside it.")}
        value={text}
        onValue={setText}
        error={error}
        most={me.value?.limits.text_most}
        inputRef={(area) => area?.focus()}
        onSubmit={() => void save()}
        onCancel={stop}
      />
      {text !== original && (
        <p class="original">
          <Difference before={original} after={text} />
        </p>
      )}
      <div class="row">
        <Button size="small" onClick={stop}>
          {t("Cancel")}
        </Button>
        <Button size="small" tone="primary" type="submit">
          {t("Save the text")}
        </Button>
      </div>
    </form>
  );
}

function Reason({ id }: { id: string }) {
  const [text, setText] = useState("");
  const usual = [t("Asked already"), t("Off the topic"), t("Not a question")];
  return (
    <form
      class="writing"
      onSubmit={(event) => {
        event.preventDefault();
        reject(id, text);
      }}
    >
      <TextArea
        label={
          policy.value?.reasons
            ? t("Why it is not taken (its author reads this)")
            : t("Why it is not taken (for the other moderators)")
        }
        value={text}
        onValue={setText}
        most={REASON_MOST}
        inputRef={(area) => area?.focus()}
        onSubmit={() => reject(id, text)}
        onCancel={stop}
      />
      <div class="row">
        <span class="usual">
          {usual.map((reason) => (
            <Button key={reason} size="small" onClick={() => reject(id, reason)}>
              {reason}
            </Button>
          ))}
        </span>
        <Button size="small" onClick={stop}>
          {t("Cancel")}
        </Button>
        <Button size="small" tone="danger" type="submit">
          {t("Reject")}
        </Button>
      </div>
    </form>
  );
}

function Reply({ id }: { id: string }) {
  const [text, setText] = useState("");
  return (
    <form
      class="writing"
      onSubmit={(event) => {
        event.preventDefault();
        answer(id, text);
      }}
    >
      <TextArea
        label={t("Written reply, for everybody to read")}
        value={text}
        onValue={setText}
        most={REPLY_MOST}
        rows={2}
        inputRef={(area) => area?.focus()}
        onSubmit={() => answer(id, text)}
        onCancel={stop}
      />
      <div class="row">
        <Button size="small" onClick={stop}>
          {t("Cancel")}
        </Button>
        <Button size="small" tone="primary" type="submit">
          {t("Mark as answered")}
        </Button>
      </div>
    </form>
  );
}

function Note({ id, question }: { id: string; question: QuestionView }) {
  const [text, setText] = useState(question.note ?? "");
  const [error, setError] = useState<string>();
  const save = async (): Promise<void> => {
    const ack = await annotate(id, text);
    if (!ack.ok) setError(sayOnDesk(ack.error));
  };
  return (
    <form
      class="writing"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextArea
        label={t("Private note")}
        hint={t("For the crew and whoever is on stage; the audience never sees it.")}
        value={text}
        onValue={setText}
        error={error}
        most={NOTE_MOST}
        inputRef={(area) => area?.focus()}
        onSubmit={() => void save()}
        onCancel={stop}
      />
      <div class="row">
        <Button size="small" onClick={stop}>
          {t("Cancel")}
        </Button>
        <Button size="small" tone="primary" type="submit">
          {t("Keep the note")}
        </Button>
      </div>
    </form>
  );
}

/** Labels to put on and off, and a field for a new one. */
export function LabelEditor(props: {
  first: readonly string[];
  onSave: (labels: string[]) => Promise<Ack | null>;
  onCancel: () => void;
}) {
  const [chosen, setChosen] = useState<string[]>([...props.first]);
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<string>();
  const names = [...new Set([...offered.value.labels, ...props.first, ...chosen])];
  const withTyped = (): string[] => {
    const more = typed
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== "" && !chosen.includes(one));
    return [...chosen, ...more];
  };
  const save = async (): Promise<void> => {
    const labels = withTyped();
    if (labels.length > LABELS_MOST)
      return setError(tn("At most {n} label.", "At most {n} labels.", LABELS_MOST));
    const ack = await props.onSave(labels);
    if (ack !== null && !ack.ok) setError(sayOnDesk(ack.error));
  };
  return (
    <form
      class="writing label-editor"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        props.onCancel();
      }}
    >
      {names.length > 0 && (
        <div class="label-choice" role="group" aria-label={t("Labels")}>
          {names.map((name) => (
            <button
              key={name}
              type="button"
              class="label"
              aria-pressed={chosen.includes(name)}
              onClick={() => {
                setError(undefined);
                setChosen(
                  chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name],
                );
              }}
            >
              {name}
            </button>
          ))}
        </div>
      )}
      <div class="field">
        <input
          type="text"
          aria-label={t("New label")}
          placeholder={t("New label")}
          maxLength={LABEL_MOST * 4}
          value={typed}
          ref={(input) => {
            if (input !== null && !input.dataset["met"]) {
              input.dataset["met"] = "yes";
              input.focus();
            }
          }}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setError(undefined);
          }}
        />
        {error !== undefined && (
          <p class="field-error" role="alert">
            {error}
          </p>
        )}
      </div>
      <div class="row">
        <Button size="small" onClick={props.onCancel}>
          {t("Cancel")}
        </Button>
        <Button size="small" tone="primary" type="submit">
          {t("Save labels")}
        </Button>
      </div>
    </form>
  );
}

export function Write(props: { what: Writing; id: string; question: QuestionView }) {
  const { what, id, question } = props;
  switch (what) {
    case "edit":
      return <Edit id={id} question={question} />;
    case "reject":
      return <Reason id={id} />;
    case "reply":
      return <Reply id={id} />;
    case "note":
      return <Note id={id} question={question} />;
    case "labels":
      return (
        <LabelEditor
          first={question.labels ?? []}
          onSave={(labels) => label(id, labels)}
          onCancel={stop}
        />
      );
  }
}
