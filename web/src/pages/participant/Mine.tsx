// One's own questions: on their way first, settled ones below. They can be changed while in review.

import { signal } from "@preact/signals";
import { Pencil, RotateCcw, Undo2 } from "lucide";
import { useState } from "preact/hooks";
import { t, tn } from "../../i18n.ts";
import type { ErrorBody, MyQuestionView } from "../../net/protocol.gen.ts";
import { command, me, state, status, type WithId } from "../../state/store.ts";
import { Button, TextArea, toast } from "../../ui/index.ts";
import { letters, takeBack, write } from "./asking.ts";
import { say } from "./errors.ts";
import type { Letter } from "./letters.ts";
import { Reply } from "./Reply.tsx";
import { Way } from "./Way.tsx";

const SETTLED = new Set(["answered", "not_taken", "withdrawn", "merged"]);

/** The question that is being changed. */
const editing = signal<string | null>(null);

export function Mine() {
  const own = Object.entries(me.value?.questions ?? {})
    .map(([id, one]) => ({ ...one, id }))
    .sort((a, b) => b.asked_at - a.asked_at);
  const onTheWay = letters.value;
  const [open, settled] = [
    own.filter((one) => !SETTLED.has(one.way)),
    own.filter((one) => SETTLED.has(one.way)),
  ];
  if (own.length + onTheWay.length === 0) return null;
  return (
    <section class="mine" aria-labelledby="mine-title">
      <h2 id="mine-title">{t("Your questions")}</h2>
      <ul role="list">
        {[...onTheWay].reverse().map((one) => (
          <Sending letter={one} key={one.question || one.id} />
        ))}
        {open.map((one) => (
          <Own question={one} key={one.id} />
        ))}
        {settled.length <= 2 && settled.map((one) => <Own question={one} key={one.id} />)}
      </ul>
      {settled.length > 2 && (
        <details>
          <summary>{tn("{n} earlier question", "{n} earlier questions", settled.length)}</summary>
          <ul role="list">
            {settled.map((one) => (
              <Own question={one} key={one.id} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** A question that the server has not confirmed yet. */
function Sending({ letter }: { letter: Letter }) {
  const step =
    letter.error !== undefined ? "failed" : letter.question === undefined ? "sending" : "received";
  return (
    <li class={`own ${step}`}>
      <p class="question-text" dir="auto">
        {letter.text}
      </p>
      <Way step={step} offline={status.value.is !== "live"} />
      {letter.error !== undefined && (
        <>
          <p class="field-error">{say(letter.error)}</p>
          <div class="own-acts">
            <Button size="small" icon={Undo2} onClick={() => takeBack(letter.id)}>
              {t("Put it back into the box")}
            </Button>
          </div>
        </>
      )}
    </li>
  );
}

function Own({ question }: { question: WithId<MyQuestionView> }) {
  const { id, way } = question;
  const pendingStill = way === "in_review";
  if (pendingStill && editing.value === id) return <Editing question={question} />;
  return (
    <li class={`own ${way}`}>
      {/* what an organiser erased has no text any more */}
      <p class="question-text" dir="auto" hidden={question.text === ""}>
        {question.text}
      </p>
      <Way step={way} />
      {question.amended && <p class="own-note">{t("Shortened or corrected by the moderators.")}</p>}
      {question.reason !== undefined && (
        <p class="own-note" dir="auto">
          {question.reason}
        </p>
      )}
      {question.followup && (
        <p class="own-note">{t("It is on the list of what is answered later.")}</p>
      )}
      {way === "merged" && question.into !== undefined && <Into id={question.into} />}
      {question.reply !== undefined && <Reply text={question.reply} />}
      {pendingStill && (
        <div class="own-acts">
          <Button size="small" tone="plain" icon={Pencil} onClick={() => (editing.value = id)}>
            {t("Edit")}
          </Button>
          <Button size="small" tone="plain" icon={Undo2} onClick={() => void withdraw(id)}>
            {t("Withdraw")}
          </Button>
        </div>
      )}
      {way === "withdrawn" && (
        <div class="own-acts">
          <Button
            size="small"
            tone="plain"
            icon={RotateCcw}
            onClick={() => {
              write(question.text);
              document.querySelector<HTMLElement>(".ask textarea")?.focus();
            }}
          >
            {t("Ask it again")}
          </Button>
        </div>
      )}
    </li>
  );
}

/** The question that stands for mine, with my vote among its votes. */
function Into({ id }: { id: string }) {
  const other = state.value?.questions[id];
  if (other === undefined) return null;
  return (
    <div class="own-into">
      <p class="question-text" dir="auto">
        {other.text}
      </p>
      <p class="own-note">
        {tn("{n} vote, yours among them", "{n} votes, yours among them", other.upvotes)}
      </p>
      {other.reply !== undefined && <Reply text={other.reply} />}
    </div>
  );
}

async function withdraw(question: string): Promise<void> {
  const ack = await command("question.withdraw", { question });
  if (ack.ok) toast(t("Your question was withdrawn."));
  else toast(say(ack.error), { tone: "over" });
}

function Editing({ question }: { question: WithId<MyQuestionView> }) {
  const [text, setText] = useState(question.text);
  const [error, setError] = useState<ErrorBody | null>(null);
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    const ack = await command("question.edit", { question: question.id, text: text.trim() });
    setBusy(false);
    if (ack.ok) {
      editing.value = null;
      toast(t("Your change was received."));
    } else {
      setError(ack.error);
    }
  };
  return (
    <li class="own editing">
      <TextArea
        label={t("Change your question")}
        value={text}
        onValue={(value) => {
          setText(value);
          setError(null);
        }}
        most={me.value?.limits.text_most}
        autoFocus
        onSubmit={() => void save()}
        onCancel={() => (editing.value = null)}
        error={error === null ? undefined : say(error)}
      />
      <div class="own-acts">
        <Button size="small" onClick={() => (editing.value = null)}>
          {t("Cancel")}
        </Button>
        <Button
          size="small"
          tone="primary"
          disabled={text.trim() === "" || text.trim() === question.text}
          aria-busy={busy}
          onClick={() => void save()}
        >
          {t("Save")}
        </Button>
      </div>
    </li>
  );
}
