// The screens of the venue: which there are, whether they live, what they show; and pairing one.

import { Eye, MoonStar, Plus, Sun, Trash2 } from "lucide";
import { useId, useState } from "preact/hooks";
import { boot } from "../../boot.ts";
import { carried, sayOnDesk } from "../../crew/words.ts";
import { t, timeIn, tn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import type { DisplayView, Layout } from "../../net/protocol.gen.ts";
import { command, presence, rooms, state } from "../../state/store.ts";
import { Button, Dialog, Field } from "../../ui/index.ts";
import { roomId } from "./act.ts";

const LAYOUTS: readonly Layout[] = ["now-next", "questions"];
const FAR_BEHIND = 3;

function layoutName(layout: string): string {
  const names: Record<string, string> = {
    "now-next": t("Now and next"),
    questions: t("Questions"),
  };
  return names[layout] ?? layout;
}

function Choice(props: {
  label: string;
  hideLabel?: boolean;
  value: string;
  options: readonly [string, string][];
  onValue: (value: string) => void;
}) {
  const id = useId();
  return (
    <div class="field choice">
      <label for={id} class={props.hideLabel ? "visually-hidden" : undefined}>
        {props.label}
      </label>
      <select
        id={id}
        value={props.value}
        onChange={(event) => props.onValue(event.currentTarget.value)}
      >
        {props.options.map(([value, text]) => (
          <option key={value} value={value} selected={value === props.value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

function layoutOptions(): [string, string][] {
  return LAYOUTS.map((one) => [one, layoutName(one)]);
}

function roomOptions(): [string, string][] {
  return rooms.value.map((one) => [one.id, one.name]);
}

function Health({ id, display }: { id: string; display: DisplayView }) {
  const is = presence.value?.displays[id];
  if (is === undefined)
    return (
      <p class="health late">
        {presence.value === null
          ? t("Looking…")
          : t("Not connected. Look at its power and network.")}
      </p>
    );
  const size = is.width && is.height ? `${is.width}×${is.height}` : "";
  return (
    <p class="health">
      {display.blackout ? (
        <strong>{t("Dark")}</strong>
      ) : is.behind > FAR_BEHIND ? (
        <strong class="late">{tn("{n} change behind", "{n} changes behind", is.behind)}</strong>
      ) : (
        <span class="fine">{t("Shows the latest")}</span>
      )}{" "}
      <span class="figures">
        {t("since {time}", { time: timeIn(is.online_since, state.value?.event.timezone) })}
      </span>{" "}
      <span class="figures">{size}</span>
    </p>
  );
}

function Screen({ id, display }: { id: string; display: DisplayView }) {
  const [removing, setRemoving] = useState(false);
  const identifying = (display.identify_until_at ?? 0) > now.value;
  const dark = display.blackout;
  return (
    <li class="screen">
      <div class="screen-name">
        <strong>{display.name}</strong>
        <Health id={id} display={display} />
      </div>
      <div class="screen-set">
        <Choice
          label={t("What {screen} shows", { screen: display.name })}
          hideLabel
          value={display.layout}
          options={layoutOptions()}
          onValue={(layout) =>
            void command("display.assign", { display: id, layout: layout as Layout }).then(carried)
          }
        />
        {rooms.value.length > 1 && (
          <Choice
            label={t("Room of {screen}", { screen: display.name })}
            hideLabel
            value={display.room}
            options={roomOptions()}
            onValue={(to) =>
              void command("display.assign", { display: id, room: to }).then(carried)
            }
          />
        )}
        <span class="screen-acts">
          <Button
            size="small"
            tone="plain"
            icon={Eye}
            aria-pressed={identifying}
            label={t("Let {screen} show its name", { screen: display.name })}
            onClick={() => void command("display.identify", { display: id }).then(carried)}
          />
          <Button
            size="small"
            tone="plain"
            icon={dark ? Sun : MoonStar}
            aria-pressed={dark}
            label={
              dark
                ? t("Light {screen} again", { screen: display.name })
                : t("Turn {screen} dark", { screen: display.name })
            }
            onClick={() =>
              void command("display.blackout", { display: id, on: !dark }).then(carried)
            }
          />
          <Button
            size="small"
            tone="plain"
            icon={Trash2}
            label={t("Remove {screen}", { screen: display.name })}
            onClick={() => setRemoving(true)}
          />
        </span>
      </div>
      <Dialog
        open={removing}
        title={t("Remove “{screen}”?", { screen: display.name })}
        onClose={() => setRemoving(false)}
        actions={
          <>
            <Button onClick={() => setRemoving(false)}>{t("Cancel")}</Button>
            <Button
              tone="danger"
              onClick={() => {
                setRemoving(false);
                void command("display.remove", { display: id }).then(carried);
              }}
            >
              {t("Remove the screen")}
            </Button>
          </>
        }
      >
        <p>{t("It shows a pairing code again, and can be paired anew.")}</p>
      </Dialog>
    </li>
  );
}

/** "ABCD-EFGH" of whatever is typed. */
function asCode(typed: string): string {
  const plain = typed
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, "")
    .slice(0, 8);
  return plain.length > 4 ? `${plain.slice(0, 4)}-${plain.slice(4)}` : plain;
}

function Pair({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [code, setCode] = useState("");
  const [name, setName] = useState("");
  const [where, setWhere] = useState("");
  const [layout, setLayout] = useState<Layout>("now-next");
  const [errors, setErrors] = useState<{ code?: string; name?: string; other?: string }>({});
  const [sending, setSending] = useState(false);
  const close = (): void => {
    setCode("");
    setName("");
    setErrors({});
    onClose();
  };
  const pair = async (): Promise<void> => {
    if (sending) return;
    if (code.replace("-", "").length < 8)
      return setErrors({ code: t("The code has eight letters and digits.") });
    if (name.trim() === "")
      return setErrors({ name: t("Give it a name that you recognise, such as “Foyer left”.") });
    setSending(true);
    const ack = await command("display.pair", {
      code,
      name,
      room: where || roomId.peek() || "",
      layout,
    });
    setSending(false);
    if (ack.ok) return close();
    const text = sayOnDesk(ack.error);
    setErrors(
      ack.error.code.startsWith("display.")
        ? { code: text }
        : ack.error.field === "name"
          ? { name: text }
          : { other: text },
    );
  };
  const address = `${boot.public_url ?? location.origin}/display`;
  return (
    <Dialog
      open={open}
      title={t("Pair a screen")}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{t("Cancel")}</Button>
          <Button tone="primary" aria-busy={sending} onClick={() => void pair()}>
            {t("Pair")}
          </Button>
        </>
      }
    >
      <form
        class="pair"
        onSubmit={(event) => {
          event.preventDefault();
          void pair();
        }}
      >
        <p>
          {t("Open this address on the screen; it shows a code.")}{" "}
          <a href={address} target="_blank" rel="noreferrer">
            {address.replace(/^https?:\/\//, "")}
          </a>
        </p>
        <div class="code-field">
          <Field
            label={t("Code on the screen")}
            value={code}
            onValue={(value) => {
              setCode(asCode(value));
              setErrors({});
            }}
            placeholder="ABCD-2345"
            autocomplete="off"
            error={errors.code}
            autoFocus
          />
        </div>
        <Field
          label={t("Name of the screen")}
          value={name}
          onValue={(value) => {
            setName(value);
            setErrors({});
          }}
          autocomplete="off"
          most={60}
          error={errors.name}
        />
        {rooms.value.length > 1 && (
          <Choice
            label={t("Room")}
            value={where || roomId.value || ""}
            options={roomOptions()}
            onValue={setWhere}
          />
        )}
        <Choice
          label={t("Shows")}
          value={layout}
          options={layoutOptions()}
          onValue={(value) => setLayout(value as Layout)}
        />
        {errors.other && (
          <p class="field-error" role="alert">
            {errors.other}
          </p>
        )}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}

export function Screens() {
  const [pairing, setPairing] = useState(false);
  const displays = Object.entries(state.value?.displays ?? {}).sort(
    ([, a], [, b]) => a.name.localeCompare(b.name) || a.paired_at - b.paired_at,
  );
  return (
    <section class="screens" aria-labelledby="screens">
      <header>
        <h2 id="screens">{t("Screens")}</h2>
        <Button size="small" icon={Plus} onClick={() => setPairing(true)}>
          {t("Pair a screen")}
        </Button>
      </header>
      {displays.length === 0 ? (
        <p class="muted small">
          {t("No screen is paired. Open {address} on one, then enter its code here.", {
            address: `${(boot.public_url ?? location.origin).replace(/^https?:\/\//, "")}/display`,
          })}
        </p>
      ) : (
        <ul role="list">
          {displays.map(([id, display]) => (
            <Screen key={id} id={id} display={display} />
          ))}
        </ul>
      )}
      <Pair open={pairing} onClose={() => setPairing(false)} />
    </section>
  );
}
