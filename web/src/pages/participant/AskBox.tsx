// The question box: at the bottom edge on a phone, above the questions on a desk. Closed, it says why
// and until when; what was typed stays in it.

import { signal } from "@preact/signals";
import { Lock, Send } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../i18n.ts";
import { me, offlineSince } from "../../state/store.ts";
import { Button, Field, graphemes, Icon, TextArea } from "../../ui/index.ts";
import { callMe, draft, name, refusal, send, write } from "./asking.ts";
import { say } from "./errors.ts";
import { askedSession, next, ownTime, phase, room, venueTime } from "./reading.ts";

const MOST = 280; // until the server has said its own
const LEAST = 5;

const open = signal(false);

export function AskBox() {
  const box = useRef<HTMLElement>(null);
  useEffect(() => measured(box.current), []);
  useEffect(() => closesOutside(box.current), []);
  if (phase.value === "ended" && draft.value === "") return null;
  const takes = room.value?.questions?.state === "open";
  const wide = open.value || draft.value !== "";
  return (
    <section
      class={`ask${wide ? " wide" : ""}${takes ? "" : " closed"}`}
      aria-label={t("Ask a question")}
      ref={box}
      onFocusIn={() => (open.value = true)}
      onFocusOut={(event) => {
        const to = event.relatedTarget;
        if (to instanceof Node && !box.current?.contains(to)) open.value = false;
      }}
    >
      {!takes && <Closed />}
      {(takes || draft.value !== "") && <Form takes={takes} wide={wide} />}
    </section>
  );
}

/** Why no question is taken now, and when that changes. */
function Closed() {
  const asked = room.value?.questions;
  const opens = asked?.opens_at;
  const venue = opens === undefined ? null : venueTime(opens);
  return (
    <p class="ask-closed">
      <Icon of={Lock} />
      <span>
        <strong>{why(asked?.why)}</strong>{" "}
        {opens !== undefined && (
          <span>
            {t("They open at {time}.", {
              time: venue === null ? ownTime(opens) : `${ownTime(opens)} (${venue})`,
            })}
          </span>
        )}
        {opens === undefined && asked?.why === "break" && next.value !== null && (
          <span>{t("They open with “{session}”.", { session: next.value.title })}</span>
        )}{" "}
        {draft.value !== "" && <span>{t("Your text is kept on this device.")}</span>}
      </span>
    </p>
  );
}

function why(code: string | undefined): string {
  switch (code) {
    case "before":
      return t("Questions are not open yet.");
    case "break":
      return t("No questions during the break.");
    case "after":
      return t("Questions are closed.");
    default:
      return t("The moderators have closed questions for now.");
  }
}

function Form({ takes, wide }: { takes: boolean; wide: boolean }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const limits = me.value?.limits;
  const [least, most] = [limits?.text_least ?? LEAST, limits?.text_most ?? MOST];
  const count = graphemes(draft.value.trim());
  const fits = count >= least && count <= most;
  const offline = offlineSince.value !== null;
  const session = askedSession.value;
  // "closed" is no news any more once they are open again
  const error = takes && refusal.value?.code === "question.closed" ? null : refusal.value;
  const go = (): void => {
    if (!takes) return;
    if (!fits) {
      if (count < least && count > 0)
        refusal.value = { code: "text.too_short", message: "", field: "text", retryable: false };
      field.current?.focus();
      return;
    }
    send();
    open.value = false;
    field.current?.blur();
  };
  return (
    <form
      class="ask-form"
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      {takes && wide && session !== null && (
        <p class="ask-about">{t("About “{session}”", { session: session.title })}</p>
      )}

      <TextArea
        label={t("Your question")}
        hideLabel
        placeholder={t("Ask a question")}
        value={draft.value}
        onValue={write}
        most={most}
        inputRef={field}
        onSubmit={go}
        onCancel={() => {
          open.value = false;
          field.current?.blur();
        }}
        error={error !== null && error.field !== "name" ? say(error) : undefined}
        hint={
          offline && wide ? t("You are offline. It is kept and sent when you are back.") : undefined
        }
      />
      {wide && (
        <div class="ask-foot">
          <Field
            label={t("Your name")}
            hideLabel
            placeholder={t("Your name (optional)")}
            value={name.value}
            onValue={callMe}
            autocomplete="name"
            most={limits?.name_most ?? 60}
            error={error?.field === "name" ? say(error) : undefined}
          />
          <Button
            tone="primary"
            type="submit"
            icon={Send}
            disabled={!takes || count === 0 || count > most}
          >
            {t("Send")}
          </Button>
        </div>
      )}
    </form>
  );
}

/** Tells the style sheet how much of the lower edge is taken. */
function measured(box: HTMLElement | null): (() => void) | undefined {
  if (box === null) return undefined;
  const root = document.documentElement.style;
  const watch = new ResizeObserver(() => root.setProperty("--dock", `${box.offsetHeight}px`));
  watch.observe(box);
  return () => {
    watch.disconnect();
    root.removeProperty("--dock");
  };
}

function closesOutside(box: HTMLElement | null): (() => void) | undefined {
  if (box === null) return undefined;
  const press = (event: PointerEvent): void => {
    if (open.peek() && event.target instanceof Node && !box.contains(event.target))
      open.value = false;
  };
  document.addEventListener("pointerdown", press);
  return () => document.removeEventListener("pointerdown", press);
}
