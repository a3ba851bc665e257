// The screens of the venue: which there are, whether they live, what they show.

import { Eye, MoonStar, Plus, SlidersHorizontal, Sun, Trash2, TriangleAlert } from "lucide";
import { useState } from "preact/hooks";
import { boot } from "../../boot.ts";
import { Choice } from "../../crew/Choice.tsx";
import { carried, sayOnDesk } from "../../crew/words.ts";
import { optionsOf } from "../../displays/options.ts";
import { relative, t, timeIn, tn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import type { DisplayView, Layout, OptionsView, OptionsWish } from "../../net/protocol.gen.ts";
import { command, presence, rooms, state } from "../../state/store.ts";
import { Button, Dialog, Field, Icon } from "../../ui/index.ts";
import { zone } from "./act.ts";
import { languageName } from "./languages.ts";
import { layoutOptions, roomOptions } from "./layouts.ts";
import { Miniature } from "./Miniature.tsx";
import { Pair, scanned } from "./Pair.tsx";

const FAR_BEHIND = 3;

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
      ) : is.rendered === undefined ? (
        <span class="late">{t("Shows nothing yet")}</span>
      ) : (
        <span class="fine">{t("Shows the latest")}</span>
      )}{" "}
      <span class="figures" title={relative(is.online_since, now.value)}>
        {t("since {time}", { time: timeIn(is.online_since, zone.value) })}
      </span>{" "}
      <span class="figures">{size}</span>
      {is.doubled === true && (
        <span class="doubled">
          <Icon of={TriangleAlert} />
          {t(
            "Two devices use this screen's token. If you do not know the second one, remove the screen and pair it anew.",
          )}
        </span>
      )}
    </p>
  );
}

function Screen({ id, display }: { id: string; display: DisplayView }) {
  const [removing, setRemoving] = useState(false);
  const [settling, setSettling] = useState(false);
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
            icon={SlidersHorizontal}
            label={t("Set up {screen}", { screen: display.name })}
            onClick={() => setSettling(true)}
          />
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
      {settling && <SetUp id={id} display={display} onClose={() => setSettling(false)} />}
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

// --- one screen, with what it looks like ---------------------------------------------------------

const THEMES: readonly OptionsView["theme"][] = ["dark", "light", "event"];

function themeName(theme: string): string {
  const names: Record<string, string> = {
    dark: t("Dark"),
    light: t("Light"),
    event: t("In the event's colour"),
  };
  return names[theme] ?? theme;
}

function Options(props: { options: OptionsView; onOptions: (options: OptionsView) => void }) {
  const { options, onOptions } = props;
  const set = (change: Partial<OptionsView>): void => onOptions({ ...options, ...change });
  const languages = [...new Set([...(state.value?.event.languages ?? []), ...options.languages])];
  const check = (label: string, on: boolean, onChecked: (on: boolean) => void) => (
    <label class="check">
      <input
        type="checkbox"
        checked={on}
        onChange={(event) => onChecked(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
  return (
    <>
      <Choice
        label={t("Colours")}
        value={options.theme}
        options={THEMES.map((one) => [one, themeName(one)])}
        onValue={(theme) => set({ theme: theme as OptionsView["theme"] })}
      />
      <div class="checks">
        {check(t("QR code of the public page"), options.qr, (qr) => set({ qr }))}
        {check(t("Clocks of the other zones"), options.zones, (zones) => set({ zones }))}
      </div>
      {languages.length > 1 && (
        <fieldset class="checks">
          <legend>{t("Languages, in turn")}</legend>
          {languages.map((code) =>
            check(
              languageName(code),
              options.languages.length === 0 || options.languages.includes(code),
              (on) => {
                const all = options.languages.length === 0 ? languages : options.languages;
                const left = on ? [...all, code] : all.filter((one) => one !== code);
                set({ languages: left.length === languages.length ? [] : left });
              },
            ),
          )}
        </fieldset>
      )}
      <Field
        label={t("Logo")}
        hint={t("The address of a picture, https://… or a path on this server.")}
        value={options.logo ?? ""}
        onValue={(logo) => {
          const { logo: _old, ...rest } = options;
          onOptions(logo.trim() === "" ? rest : { ...rest, logo: logo.trim() });
        }}
        autocomplete="off"
      />
    </>
  );
}

/** What of the options differs, as `display.assign` takes it. */
function optionsWish(was: OptionsView, is: OptionsView): OptionsWish | null {
  const wish: OptionsWish = {
    ...(is.qr !== was.qr && { qr: is.qr }),
    ...(is.zones !== was.zones && { zones: is.zones }),
    ...(is.theme !== was.theme && { theme: is.theme }),
    ...(is.languages.join() !== was.languages.join() && { languages: is.languages }),
    ...(is.logo !== was.logo && { logo: is.logo ?? "" }),
  };
  return Object.keys(wish).length === 0 ? null : wish;
}

function SetUp(props: { id: string; display: DisplayView; onClose: () => void }) {
  const { id, display, onClose } = props;
  const was = optionsOf(display);
  const [name, setName] = useState(display.name);
  const [where, setWhere] = useState(display.room);
  const [layout, setLayout] = useState(display.layout);
  const [options, setOptions] = useState(was);
  const [error, setError] = useState<string>();
  const save = async (): Promise<void> => {
    if (name.trim() === "")
      return setError(t("Give it a name that you recognise, such as “Foyer left”."));
    const wish = optionsWish(was, options);
    const ack = await command("display.assign", {
      display: id,
      ...(name.trim() !== display.name && { name: name.trim() }),
      ...(where !== display.room && { room: where }),
      ...(layout !== display.layout && { layout: layout as Layout }),
      ...(wish !== null && { options: wish }),
    });
    if (ack.ok) onClose();
    else setError(sayOnDesk(ack.error));
  };
  return (
    <Dialog
      open
      wide
      title={t("Set up {screen}", { screen: display.name })}
      onClose={onClose}
      actions={
        <>
          <Button
            icon={Eye}
            onClick={() => void command("display.identify", { display: id }).then(carried)}
          >
            {t("Let it show its name")}
          </Button>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button tone="primary" onClick={() => void save()}>
            {t("Save")}
          </Button>
        </>
      }
    >
      <div class="set-up">
        <Miniature of={{ ...display, room: where, layout, options, blackout: false }} />
        <form
          class="set-up-fields"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <Choice label={t("Shows")} value={layout} options={layoutOptions()} onValue={setLayout} />
          {rooms.value.length > 1 && (
            <Choice label={t("Room")} value={where} options={roomOptions()} onValue={setWhere} />
          )}
          <Field
            label={t("Name of the screen")}
            value={name}
            onValue={(value) => {
              setName(value);
              setError(undefined);
            }}
            most={60}
            autocomplete="off"
          />
          <Options options={options} onOptions={setOptions} />
          {error !== undefined && (
            <p class="field-error" role="alert">
              {error}
            </p>
          )}
          <button type="submit" hidden />
        </form>
      </div>
    </Dialog>
  );
}

export function Screens() {
  const [first] = useState(scanned);
  const [pairing, setPairing] = useState(first !== "");
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
      <Pair open={pairing} first={first} onClose={() => setPairing(false)} />
    </section>
  );
}
