// The question box: at the bottom edge on a phone, above the questions on a desk. Shut, it says why
// and until when; what was typed stays in it.

import { effect, signal } from "@preact/signals";
import { Clock3, Send } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import { duration, t } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import { me, offlineSince, state } from "../../state/store.ts";
import { Button, Field, graphemes, Icon, Select, TextArea } from "../../ui/index.ts";
import {
  about,
  anonymous,
  callMe,
  draft,
  name,
  names,
  refusal,
  send,
  wait,
  write,
} from "./asking.ts";
import { say } from "./errors.ts";
import { PASSING } from "./pace.ts";
import { askedSession, muted, openSessions, phase, room, type Session } from "./reading.ts";
import { Muted, Shut } from "./Shut.tsx";
import { Similar } from "./Similar.tsx";

const MOST = 280; // until the server has said its own
const LEAST = 5;

const open = signal(false);

// a choice that takes no questions any more is forgotten
effect(() => {
  if (about.value !== null && !openSessions.value.some((one) => one.id === about.value))
    about.value = null;
});

export function AskBox() {
  const box = useRef<HTMLElement>(null);
  useEffect(() => measured(box.current), []);
  useEffect(() => closesOutside(box.current), []);
  if (phase.value === "ended" && draft.value === "") return null;
  const silenced = muted.value !== null;
  const opened = room.value?.questions?.state === "open";
  const takes = opened && !silenced;
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
      {silenced ? <Muted /> : !opened && <Shut />}
      {(takes || draft.value !== "") && <Form takes={takes} wide={wide} />}
    </section>
  );
}

/** Which session a question is about: what is on in the room, unless another one is chosen. */
function About({ session }: { session: Session }) {
  const others = openSessions.value;
  if (others.length < 2)
    return <p class="ask-about">{t("About “{session}”", { session: session.title })}</p>;
  return (
    <label class="ask-about">
      <span>{t("About##session")}</span>
      <Select
        value={session.id}
        onChange={(event) => {
          const { value } = event.currentTarget;
          about.value = value === askedSession.peek()?.id ? null : value;
        }}
      >
        {others.map((one) => (
          <option key={one.id} value={one.id}>
            {one.title}
          </option>
        ))}
      </Select>
    </label>
  );
}

/** The session that the box is about. */
function chosenSession(): Session | null {
  const chosen = openSessions.value.find((one) => one.id === about.value);
  return chosen ?? askedSession.value;
}

function Form({ takes, wide }: { takes: boolean; wide: boolean }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const limits = me.value?.limits;
  const [least, most] = [limits?.text_least ?? LEAST, limits?.text_most ?? MOST];
  const count = graphemes(draft.value.trim());
  const fits = count >= least && count <= most;
  const offline = offlineSince.value !== null;
  const session = chosenSession();
  const until = wait.value;
  const unnamed = names.value === "required" && name.value.trim() === "";
  const error = worth(refusal.value, takes, until !== null);
  const go = (): void => {
    if (!takes || until !== null) return;
    if (!fits) {
      if (count < least && count > 0)
        refusal.value = { code: "text.too_short", message: "", field: "text", retryable: false };
      field.current?.focus();
      return;
    }
    if (unnamed) {
      refusal.value = { code: "name.required", message: "", field: "name", retryable: false };
      return;
    }
    send();
    open.value = false;
    field.current?.blur();
  };
  return (
    <form
      class="ask-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      {takes && wide && session !== null && <About session={session} />}
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
      {takes && wide && until !== null && <Pause until={until} />}
      {wide && (
        <div class="ask-foot">
          {names.value === "none" ? (
            <p class="ask-nameless">{t("Asked without a name")}</p>
          ) : (
            <Name
              most={limits?.name_most ?? 60}
              error={error?.field === "name" ? say(error) : undefined}
            />
          )}
          <Button
            tone="primary"
            type="submit"
            icon={Send}
            disabled={!takes || count === 0 || count > most || until !== null}
          >
            {t("Send")}
          </Button>
        </div>
      )}
      {takes && wide && <Similar />}
    </form>
  );
}

/** The refusal to show: none that has passed, or that the box shows in another way. */
function worth(error: typeof refusal.value, takes: boolean, waits: boolean): typeof error {
  if (error === null) return null;
  if (takes && error.code === "question.closed") return null;
  if (!takes && error.code === "participant.muted") return null;
  if (PASSING.has(error.code) && (waits || error.retry_after !== undefined)) return null;
  return error;
}

function Name({ most, error }: { most: number; error: string | undefined }) {
  const required = names.value === "required";
  const hidden = !required && anonymous.value && name.value.trim() !== "";
  return (
    <div class="ask-name">
      <Field
        label={t("Your name")}
        hideLabel
        placeholder={required ? t("Your name") : t("Your name (optional)")}
        value={name.value}
        onValue={callMe}
        autocomplete="name"
        required={required}
        disabled={hidden}
        most={most}
        error={error}
      />
      {!required && name.value.trim() !== "" && (
        <label class="ask-anonymous">
          <input
            type="checkbox"
            checked={anonymous.value}
            onChange={(event) => (anonymous.value = event.currentTarget.checked)}
          />
          <span>{t("Ask without my name")}</span>
        </label>
      )}
    </div>
  );
}

/** Why to wait, and how long; the text stays. */
function Pause({ until }: { until: number }) {
  const slow = (state.value?.event.slow_s ?? 0) > 0;
  const left = Math.max(0, Math.ceil((until - now.value) / 1000) * 1000);
  return (
    <p class="ask-pause">
      <Icon of={Clock3} />
      <span>
        {slow
          ? t("One question at a time, so that everybody gets a turn. Your text is kept.")
          : t("That was a lot at once. Your text is kept.")}{" "}
        <strong class="figures" role="timer" aria-live="off">
          {t("Next one in {time}", { time: duration(left) })}
        </strong>
      </span>
    </p>
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
