// The event's settings for questions, each with what follows from it in plain words. For the desk of
// moderators and the organiser's page.

import { useState } from "preact/hooks";
import { t, tn } from "../i18n.ts";
import type { PolicyView } from "../net/protocol.gen.ts";
import { command, state } from "../state/store.ts";
import { Button, Dialog, Field, TextArea, toast } from "../ui/index.ts";
import { Choice } from "./Choice.tsx";
import { changesOf, typedWords } from "./policy.ts";
import { languageName, sayOnDesk } from "./words.ts";

/** One of a few, each with its consequence; the one that is chosen says it. */
function Ways<T extends string>(props: {
  name: string;
  title: string;
  value: T;
  ways: readonly (readonly [T, string, string])[];
  onValue: (value: T) => void;
}) {
  const { name, title, value, ways, onValue } = props;
  return (
    <fieldset class="ways">
      <legend>{title}</legend>
      {ways.map(([one, text, then]) => (
        <label key={one} class={value === one ? "way on" : "way"}>
          <input type="radio" name={name} checked={value === one} onChange={() => onValue(one)} />
          <span>
            <strong>{text}</strong>
            <span class="muted">{then}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Check(props: { title: string; then: string; on: boolean; onSet: (on: boolean) => void }) {
  return (
    <label class={props.on ? "way on" : "way"}>
      <input
        type="checkbox"
        checked={props.on}
        onChange={(event) => props.onSet(event.currentTarget.checked)}
      />
      <span>
        <strong>{props.title}</strong>
        <span class="muted">{props.then}</span>
      </span>
    </label>
  );
}

const SLOW: readonly number[] = [0, 30, 60, 120, 300, 600, 1800];

export function slowName(seconds: number): string {
  if (seconds === 0) return t("Off");
  return seconds < 60
    ? tn("{n} second", "{n} seconds", seconds)
    : t("{n} min", { n: Math.round(seconds / 60) });
}

/** `waiting`: how many questions wait for a moderator now, where the page knows. */
export function PolicyDialog(props: { was: PolicyView; waiting?: number; onClose: () => void }) {
  const { was, waiting, onClose } = props;
  const [now, setNow] = useState<PolicyView>(was);
  const [most, setMost] = useState(String(was.pending_most));
  const languages = [
    ...new Set([
      ...(state.value?.event.languages ?? []).map((one) => one.split("-")[0] ?? one),
      ...Object.keys(was.words),
    ]),
  ];
  const [lists, setLists] = useState<Record<string, string>>(() =>
    Object.fromEntries(languages.map((one) => [one, (was.words[one] ?? []).join(", ")])),
  );
  const [error, setError] = useState<string>();
  const change = (part: Partial<PolicyView>): void => {
    setNow({ ...now, ...part });
    setError(undefined);
  };
  const save = async (): Promise<void> => {
    const words = Object.fromEntries(
      Object.entries(lists).map(([code, text]) => [code, typedWords(text)]),
    );
    const wish = changesOf(was, { ...now, pending_most: Number(most), words });
    if (Object.keys(wish).length === 0) return onClose();
    const ack = await command("questions.configure", wish);
    if (!ack.ok) return setError(sayOnDesk(ack.error));
    onClose();
    toast(t("The settings hold from now on."));
  };
  const turning = was.moderation === "before" && now.moderation === "after";
  return (
    <Dialog
      open
      wide
      title={t("How questions are taken")}
      onClose={onClose}
      actions={
        <>
          {error !== undefined && (
            <p class="field-error" role="alert">
              {error}
            </p>
          )}
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button tone="primary" onClick={() => void save()}>
            {t("Save the settings")}
          </Button>
        </>
      }
    >
      <form
        class="settings"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Ways<PolicyView["moderation"]>
          name="moderation"
          title={t("Moderation")}
          value={now.moderation}
          onValue={(moderation) => change({ moderation })}
          ways={[
            ["before", t("Before"), t("Nobody sees a question until you approve it.")],
            [
              "after",
              t("After"),
              t("Everybody sees a new question at once; you take down what does not belong there."),
            ],
          ]}
        />
        {turning && (
          <p class="consequence">
            {waiting === undefined
              ? t(
                  "What waits now stays unseen until it is approved. What is asked from now on is public at once, on phones too.",
                )
              : tn(
                  "{n} question that waits now stays unseen until you approve it. What is asked from now on is public at once, on phones too.",
                  "{n} questions that wait now stay unseen until you approve them. What is asked from now on is public at once, on phones too.",
                  waiting,
                )}
          </p>
        )}
        {was.moderation === "after" && now.moderation === "before" && (
          <p class="consequence">
            {t("What is public stays public. New questions wait for you from now on.")}
          </p>
        )}
        <Ways<PolicyView["names"]>
          name="names"
          title={t("Names")}
          value={now.names}
          onValue={(names) => change({ names })}
          ways={[
            ["optional", t("As they like"), t("Whoever asks may give a name, or stay anonymous.")],
            ["required", t("Required"), t("Nobody can ask without a name. Fewer will ask.")],
            ["none", t("None"), t("No name is asked for; every question is anonymous.")],
          ]}
        />
        <Ways<PolicyView["at_end"]>
          name="at_end"
          title={t("When a session ends, its open questions")}
          value={now.at_end}
          onValue={(at_end) => change({ at_end })}
          ways={[
            ["keep", t("Stay"), t("They stay where they are, and can still be answered.")],
            [
              "carry",
              t("Move on"),
              t("They move to the next session of the room that takes questions."),
            ],
            [
              "close",
              t("Are followed up"),
              t(
                "The approved ones are marked to be followed up, for all to read; the others stay with you.",
              ),
            ],
          ]}
        />
        <div class="settings-row">
          <Choice
            label={t("Slow mode: wait between two questions")}
            value={String(now.slow_s)}
            options={[...new Set([...SLOW, now.slow_s])]
              .sort((a, b) => a - b)
              .map((one) => [String(one), slowName(one)])}
            onValue={(value) => change({ slow_s: Number(value) })}
          />
          <Field
            type="number"
            inputMode="numeric"
            label={t("Most that one participant can have waiting")}
            value={most}
            onValue={setMost}
          />
        </div>
        <div class="ways">
          <Check
            title={t("Authors read why")}
            then={t("Whoever asked reads the reason with which you reject their question.")}
            on={now.reasons}
            onSet={(reasons) => change({ reasons })}
          />
          <Check
            title={t("Results are public")}
            then={t("After the event its questions, answers and polls are on the public page.")}
            on={now.public_results}
            onSet={(public_results) => change({ public_results })}
          />
        </div>
        <fieldset class="ways">
          <legend>{t("Words to look at")}</legend>
          <p class="muted small">
            {t(
              "Questions with these words are marked for you, never hidden. In word clouds they wait until you let them through. Separate them by commas.",
            )}
          </p>
          {languages.map((code) => (
            <TextArea
              key={code}
              label={languageName(code)}
              value={lists[code] ?? ""}
              onValue={(text) => setLists({ ...lists, [code]: text })}
            />
          ))}
        </fieldset>
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
