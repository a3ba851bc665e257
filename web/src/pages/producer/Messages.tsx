// The crew's word to screens, to who speaks, and to participants; what is shown, and whether it was read.

import { CheckCheck, MonitorPlay, Mic, Send, TriangleAlert, Users, X } from "lucide";
import type { IconNode } from "lucide";
import { useState } from "preact/hooks";
import { Choice } from "../../crew/Choice.tsx";
import { carried, sayOnDesk } from "../../crew/words.ts";
import { duration, t, timeIn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import type { MessageView } from "../../net/protocol.gen.ts";
import { command, rooms, state } from "../../state/store.ts";
import { Button, Dialog, Icon, TextArea } from "../../ui/index.ts";
import { roomId, zone } from "./act.ts";

type To = MessageView["to"];
type Tone = MessageView["tone"];

const ICONS: Record<To, IconNode> = { screens: MonitorPlay, speakers: Mic, participants: Users };
const TEXT_MOST = 200;
const EVERYWHERE = "";
const LASTING: readonly (readonly [string, () => string])[] = [
  ["60", () => t("{n} min", { n: 1 })],
  ["300", () => t("{n} min", { n: 5 })],
  ["900", () => t("{n} min", { n: 15 })],
  ["", () => t("Until it is cleared")],
];

function toName(to: To): string {
  const names: Record<To, string> = {
    screens: t("Screens"),
    speakers: t("Speakers"),
    participants: t("Participants"),
  };
  return names[to];
}

function Preview(props: { to: To; tone: Tone; text: string }) {
  const { to, tone, text } = props;
  return (
    <figure
      class={`message-preview ${to} ${tone}`}
      data-theme={to === "participants" ? "light" : "dark"}
    >
      <figcaption>{t("What it looks like")}</figcaption>
      <p dir="auto">
        {tone === "warning" && <Icon of={TriangleAlert} />}
        {text.trim() || t("Your text")}
      </p>
    </figure>
  );
}

function Write({ first, onClose }: { first: To; onClose: () => void }) {
  const [to, setTo] = useState<To>(first);
  const [text, setText] = useState("");
  const [tone, setTone] = useState<Tone>("info");
  const [where, setWhere] = useState(roomId.peek() ?? EVERYWHERE);
  const [lasts, setLasts] = useState(first === "speakers" ? "" : "300");
  const [error, setError] = useState<string>();
  const [sending, setSending] = useState(false);
  const show = async (): Promise<void> => {
    if (sending) return;
    if (text.trim() === "") return setError(t("Write what they should read."));
    setSending(true);
    const ack = await command("message.show", {
      to,
      text: text.trim(),
      tone,
      ...(where !== EVERYWHERE && { room: where }),
      ...(lasts !== "" && { for_s: Number(lasts) }),
    });
    setSending(false);
    if (ack.ok) onClose();
    else setError(sayOnDesk(ack.error));
  };
  return (
    <Dialog
      open
      wide
      title={t("New message")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button tone="primary" icon={Send} aria-busy={sending} onClick={() => void show()}>
            {t("Show it")}
          </Button>
        </>
      }
    >
      <form
        class="edit"
        onSubmit={(event) => {
          event.preventDefault();
          void show();
        }}
      >
        <fieldset class="segments wide">
          <legend class="visually-hidden">{t("To whom")}</legend>
          {(["screens", "speakers", "participants"] as const).map((one) => (
            <label key={one} class={to === one ? "on" : ""}>
              <input
                type="radio"
                class="visually-hidden"
                name="to"
                checked={to === one}
                onChange={() => setTo(one)}
              />
              <span>
                <Icon of={ICONS[one]} /> {toName(one)}
              </span>
            </label>
          ))}
        </fieldset>
        <TextArea
          label={t("Text")}
          rows={2}
          value={text}
          onValue={(value) => {
            setText(value);
            setError(undefined);
          }}
          most={TEXT_MOST}
          error={error}
          onSubmit={() => void show()}
          autoFocus
        />
        <div class="edit-row">
          <Choice
            label={t("Tone")}
            value={tone}
            options={[
              ["info", t("Good to know")],
              ["warning", t("Warning")],
            ]}
            onValue={(value) => setTone(value as Tone)}
          />
          {rooms.value.length > 1 && (
            <Choice
              label={t("Room")}
              value={where}
              options={[
                [EVERYWHERE, t("All rooms")],
                ...rooms.value.map((one): [string, string] => [one.id, one.name]),
              ]}
              onValue={setWhere}
            />
          )}
          <Choice
            label={t("For how long")}
            value={lasts}
            options={LASTING.map(([value, name]) => [value, name()])}
            onValue={setLasts}
          />
        </div>
        <Preview to={to} tone={tone} text={text} />
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}

function Shown({ id, message }: { id: string; message: MessageView }) {
  const { to, room, text, tone, at, until_at, by, acknowledged } = message;
  const left = until_at === undefined ? null : until_at - now.value;
  const where = room === undefined ? t("All rooms") : state.value?.rooms[room]?.name;
  return (
    <li class={`message ${tone}`}>
      <p class="message-text" dir="auto">
        <Icon of={tone === "warning" ? TriangleAlert : ICONS[to]} />
        <span>{text}</span>
      </p>
      <p class="message-more muted figures">
        {[
          toName(to),
          rooms.value.length > 1 ? where : "",
          t("{name}, {time}", { name: by || t("somebody"), time: timeIn(at, zone.value) }),
          left === null ? "" : t("{time} more", { time: duration(Math.max(0, left)) }),
        ]
          .filter((one) => one)
          .join(" · ")}
      </p>
      {to === "speakers" && (
        <p class={`message-read ${acknowledged === undefined ? "late" : "fine"}`}>
          {acknowledged === undefined ? (
            t("Not read yet")
          ) : (
            <>
              <Icon of={CheckCheck} />
              {t("Read by {name} at {time}", {
                name: acknowledged.by,
                time: timeIn(acknowledged.at, zone.value),
              })}
            </>
          )}
        </p>
      )}
      <Button
        size="small"
        tone="plain"
        icon={X}
        label={t("Clear: {text}", { text })}
        onClick={() => void command("message.clear", { message: id }).then(carried)}
      />
    </li>
  );
}

export function Messages() {
  const [writing, setWriting] = useState<To | null>(null);
  const shown = Object.entries(state.value?.messages ?? {})
    .filter(([, one]) => one.until_at === undefined || one.until_at > now.value)
    .sort(([, a], [, b]) => b.at - a.at);
  return (
    <section class="messages" aria-labelledby="messages">
      <header>
        <h2 id="messages">{t("Messages")}</h2>
        <Button
          size="small"
          icon={Send}
          shortcut="M"
          onClick={() => setWriting("screens")}
          id="new-message"
        >
          {t("New message")}
        </Button>
      </header>
      {shown.length === 0 ? (
        <p class="muted small">{t("Nothing is shown to screens, speakers or participants.")}</p>
      ) : (
        <ul role="list">
          {shown.map(([id, message]) => (
            <Shown key={id} id={id} message={message} />
          ))}
        </ul>
      )}
      {writing !== null && <Write first={writing} onClose={() => setWriting(null)} />}
    </section>
  );
}
