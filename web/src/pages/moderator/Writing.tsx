// What is written on a card, in its place: another text, why it is not taken, a reply, labels, a note.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
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

/** What all that is written on a card has in common: Cancel, and the button that does it. */
function Sheet(props: {
  save: string;
  tone?: "primary" | "danger";
  class?: string;
  onSave: () => void;
  onCancel: () => void;
  /** Beside the buttons. */
  beside?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <form
      class={`writing ${props.class ?? ""}`.trim()}
      onSubmit={(event) => {
        event.preventDefault();
        props.onSave();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
        event.preventDefault();
        event.stopPropagation();
        props.onCancel();
      }}
    >
      {props.children}
      <div class="row">
        {props.beside}
        <Button size="small" onClick={props.onCancel}>
          {t("Cancel")}
        </Button>
        <Button size="small" tone={props.tone ?? "primary"} type="submit">
          {props.save}
        </Button>
      </div>
    </form>
  );
}

/** A text on a card, and what the server says of it. */
function useText(first: string, send: (text: string) => Promise<Ack> | void) {
  const [text, setText] = useState(first);
  const [error, setError] = useState<string>();
  const place = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => place.current?.focus(), []);
  const save = async (): Promise<void> => {
    const ack = await send(text);
    if (ack !== undefined && !ack.ok) setError(sayOnDesk(ack.error));
  };
  const area = {
    value: text,
    onValue: setText,
    error,
    inputRef: place,
    onSubmit: () => void save(),
    onCancel: stop,
  };
  return { text, area, save: () => void save() };
}

function Edit({ id, question }: { id: string; question: QuestionView }) {
  const { text, area, save } = useText(question.text, (typed) => amend(id, typed));
  const original = question.original ?? question.text;
  return (
    <Sheet save={t("Save the text")} onSave={save} onCancel={stop}>
      <TextArea
        label={t("The question as everybody will read it")}
        hint={t("The author's own words are kept beside it.")}
        most={me.value?.limits.text_most}
        {...area}
      />
      {text !== original && (
        <p class="original">
          <Difference before={original} after={text} />
        </p>
      )}
    </Sheet>
  );
}

function Reason({ id }: { id: string }) {
  const { area, save } = useText("", (typed) => reject(id, typed));
  const usual = [t("Asked already"), t("Off the topic"), t("Not a question")];
  return (
    <Sheet
      save={t("Reject")}
      tone="danger"
      onSave={save}
      onCancel={stop}
      beside={
        <span class="usual">
          {usual.map((reason) => (
            <Button key={reason} size="small" onClick={() => reject(id, reason)}>
              {reason}
            </Button>
          ))}
        </span>
      }
    >
      <TextArea
        label={
          policy.value?.reasons
            ? t("Why it is not taken (its author reads this)")
            : t("Why it is not taken (for the other moderators)")
        }
        most={REASON_MOST}
        {...area}
      />
    </Sheet>
  );
}

function Reply({ id }: { id: string }) {
  const { area, save } = useText("", (typed) => answer(id, typed));
  return (
    <Sheet save={t("Mark as answered")} onSave={save} onCancel={stop}>
      <TextArea
        label={t("Written reply, for everybody to read")}
        most={REPLY_MOST}
        rows={2}
        {...area}
      />
    </Sheet>
  );
}

function Note({ id, question }: { id: string; question: QuestionView }) {
  const { area, save } = useText(question.note ?? "", (typed) => annotate(id, typed));
  return (
    <Sheet save={t("Keep the note")} onSave={save} onCancel={stop}>
      <TextArea
        label={t("Private note")}
        hint={t("For the crew and whoever is on stage; the audience never sees it.")}
        most={NOTE_MOST}
        {...area}
      />
    </Sheet>
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
    <Sheet
      class="label-editor"
      save={t("Save labels")}
      onSave={() => void save()}
      onCancel={props.onCancel}
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
    </Sheet>
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
