// The desk's questions to its moderator: merge into which, who answers, which labels, for how long.

import { useState } from "preact/hooks";
import { Choice } from "../../crew/Choice.tsx";
import { sayOnDesk } from "../../crew/words.ts";
import { t, tn } from "../../i18n.ts";
import type { QuestionView } from "../../net/protocol.gen.ts";
import { state } from "../../state/store.ts";
import { Dialog, Field, FormDialog, Picker, type Pick } from "../../ui/index.ts";
import { asking } from "./asking.ts";
import { answerers, assign, bulk, canMerge, merge, mute, split } from "./decide.ts";
import { alikeTo, likenesses, mergedIn, roomId } from "./model.ts";
import { Settings } from "./Settings.tsx";
import { LabelEditor } from "./Writing.tsx";

function close(): void {
  asking.value = null;
}

const ALL = "all";

function about(question: QuestionView): string {
  const parts = [
    question.status === "approved" ? t("approved") : t("incoming"),
    question.upvotes > 0 ? tn("{n} vote", "{n} votes", question.upvotes) : "",
    question.name ?? "",
  ];
  return parts.filter(Boolean).join(" · ");
}

/** One question into another; or those that are marked into one of them. */
function MergeInto({ ids }: { ids: readonly string[] }) {
  const questions = state.value?.questions ?? {};
  const open = ids.filter((id) => canMerge(id));
  const [id] = open;
  if (id === undefined) return null;
  const many = open.length > 1;
  const items: Pick[] = [];
  if (many) {
    for (const one of open) {
      const question = questions[one];
      if (question !== undefined)
        items.push({ id: one, text: question.text, more: about(question) });
    }
  } else {
    const alike = alikeTo(id).sort(
      (a, b) => (likenesses.value.get(id)?.get(b) ?? 0) - (likenesses.value.get(id)?.get(a) ?? 0),
    );
    const group = t("Say the same");
    for (const one of alike) {
      const question = questions[one];
      if (question !== undefined)
        items.push({ id: one, text: question.text, more: about(question), group });
    }
    if (alike.length > 0)
      items.push({
        id: ALL,
        text: tn(
          "The other way round: {n} that says the same into this one",
          "The other way round: all {n} that say the same into this one",
          alike.length,
        ),
        group,
      });
    for (const [one, question] of Object.entries(questions)) {
      const here = state.value?.sessions[question.session]?.room === roomId.value;
      if (one === id || alike.includes(one) || !here || !canMerge(one)) continue;
      items.push({
        id: one,
        text: question.text,
        more: about(question),
        group: t("All open questions"),
      });
    }
  }
  return (
    <Picker
      title={many ? t("Which one stays?") : t("Merge into which question?")}
      placeholder={many ? t("Which one stays?") : t("Words of the other question")}
      empty={t("No other question is open.")}
      items={items}
      about={
        <p class="picker-about">
          {many ? (
            tn("Merge {n} question into one.", "Merge {n} questions into one.", open.length)
          ) : (
            <>
              {t("Merge into another:")} <strong dir="auto">{questions[id]?.text}</strong>
            </>
          )}{" "}
          <span class="muted">{t("Votes come together; nobody counts twice.")}</span>
        </p>
      }
      onPick={(into) =>
        void (into === ALL ? merge(alikeTo(id), id) : merge(many ? open : [id], into))
      }
      onClose={close}
    />
  );
}

function SplitOff({ id }: { id: string }) {
  const questions = state.value?.questions ?? {};
  const items = mergedIn(id).flatMap((one): Pick[] => {
    const question = questions[one];
    return question === undefined
      ? []
      : [{ id: one, text: question.text, more: question.name ?? t("anonymous") }];
  });
  return (
    <Picker
      title={t("Take which question out again?")}
      placeholder={t("Take which question out again?")}
      items={items}
      onPick={(one) => void split(one)}
      onClose={close}
    />
  );
}

const NOBODY = "nobody";

function WhoAnswers({ id }: { id: string }) {
  const items: Pick[] = answerers(id).map((one) => ({ id: one.id, text: one.name }));
  if (state.value?.questions[id]?.assignee !== undefined)
    items.push({ id: NOBODY, text: t("Nobody in particular") });
  return (
    <Picker
      title={t("Who answers?")}
      placeholder={t("Name of a speaker")}
      empty={t("Nobody speaks in the session of this question.")}
      items={items}
      about={
        <p class="picker-about">
          {t("Who answers?")} <strong dir="auto">{state.value?.questions[id]?.text}</strong>
        </p>
      }
      onPick={(to) => void assign(id, to === NOBODY ? null : to)}
      onClose={close}
    />
  );
}

function Labels({ ids }: { ids: readonly string[] }) {
  return (
    <Dialog
      open
      title={tn("Labels of {n} question", "Labels of {n} questions", ids.length)}
      onClose={close}
    >
      <p class="muted">{t("These labels replace those that they have.")}</p>
      <LabelEditor
        first={[]}
        onSave={async (labels) => {
          close();
          await bulk("label", ids, { labels });
          return null;
        }}
        onCancel={close}
      />
    </Dialog>
  );
}

const ENDS: readonly (readonly [string, () => string])[] = [
  ["600", () => t("{n} min", { n: 10 })],
  ["3600", () => t("1 hour")],
  ["86400", () => t("1 day")],
  ["", () => t("For the whole event")],
];

function Mute({ participant }: { participant: string }) {
  const [reason, setReason] = useState("");
  const [lasts, setLasts] = useState("3600");
  const [error, setError] = useState<string>();
  const standing = state.value?.participants?.[participant];
  const save = async (): Promise<void> => {
    const ack = await mute(participant, reason, lasts === "" ? null : Number(lasts));
    if (ack.ok) close();
    else setError(sayOnDesk(ack.error));
  };
  return (
    <FormDialog
      title={
        standing?.name === undefined
          ? t("Mute this participant?")
          : t("Mute {name}?", { name: standing.name })
      }
      submit={t("Mute")}
      tone="danger"
      onSubmit={() => void save()}
      onClose={close}
    >
      <p>
        {t(
          "They can still read everything, but not ask, change their questions, flag or vote. What they asked stays as it is. They are told that they cannot take part, and until when.",
        )}
      </p>
      {standing !== undefined && (
        <p class="muted">
          {[
            tn("{n} asked", "{n} asked", standing.asked),
            tn("{n} taken", "{n} taken", standing.taken),
            tn("{n} not taken", "{n} not taken", standing.not_taken),
          ].join(", ")}
        </p>
      )}
      <Choice
        label={t("For how long")}
        value={lasts}
        options={ENDS.map(([value, name]) => [value, name()])}
        onValue={setLasts}
      />
      <Field
        label={t("Why")}
        hint={t("They can read it, and so can the other moderators.")}
        value={reason}
        onValue={setReason}
        most={140}
        error={error}
        autoFocus
      />
    </FormDialog>
  );
}

export function Dialogs() {
  const is = asking.value;
  switch (is?.is) {
    case "merge":
      return <MergeInto ids={is.ids} />;
    case "split":
      return <SplitOff id={is.id} />;
    case "assign":
      return <WhoAnswers id={is.id} />;
    case "labels":
      return <Labels ids={is.ids} />;
    case "mute":
      return <Mute participant={is.participant} />;
    case "settings":
      return <Settings onClose={close} />;
    default:
      return null;
  }
}
