// A paired screen: its layout, and what goes over any layout: dark, its name, the sign of a lost link.
// What it looks like is the producer's choice: colours and languages are set here.

import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import { Component, type ComponentChildren } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { setAccent } from "../../accent.ts";
import { boot } from "../../boot.ts";
import { Composition } from "../../displays/Composition.tsx";
import { optionsOf } from "../../displays/options.ts";
import { Overlay } from "../../displays/overlay/Overlay.tsx";
import { lost, sceneFor } from "../../displays/scene.ts";
import { tongueAt } from "../../displays/tongues.ts";
import { ownZone, speak, t, tongue } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import type { DisplayView } from "../../net/protocol.gen.ts";
import { me, state } from "../../state/store.ts";
import { Waiting } from "./Pairing.tsx";
import { recover } from "./leave.ts";

const SLOT = "streamhub.display";

function kept(): DisplayView | null {
  try {
    return JSON.parse(localStorage.getItem(SLOT) ?? "null") as DisplayView | null;
  } catch {
    return null;
  }
}

const said = signal<DisplayView | null>(kept());
/** What this screen is: as the server says, else as it last said. */
export const display: ReadonlySignal<DisplayView | null> = said;

effect(() => {
  const is = me.value?.display;
  if (is === undefined) return;
  said.value = is;
  try {
    localStorage.setItem(SLOT, JSON.stringify(is));
  } catch {
    // this screen knows itself again as soon as the server is there
  }
});

export const scene = sceneFor(display);

// --- looks ---------------------------------------------------------------------------------------

effect(() => {
  const is = display.value;
  const { dataset } = document.documentElement;
  dataset["theme"] = is === null ? "dark" : optionsOf(is).theme;
  dataset["layout"] = is?.layout ?? "";
});

effect(() => setAccent(state.value?.event.accent));

effect(() => {
  const [is, seen] = [display.value, state.value];
  if (is === null || seen === null) return;
  speak(tongueAt(optionsOf(is).languages, seen.event.languages, now.value));
});

effect(() => {
  document.documentElement.lang = tongue.value.locale;
});

// --- faults --------------------------------------------------------------------------------------

const FAULTS_MOST = 3; // so many within a minute, and drawing again has not helped
const faults: number[] = [];
/** Goes up when all is to be drawn again. */
const drawing = signal(0);

export function fault(problem: unknown): void {
  console.error(problem);
  const at = performance.now();
  faults.push(at);
  while ((faults[0] ?? at) < at - 60_000) faults.shift();
  if (faults.length >= FAULTS_MOST) recover();
}

class Guard extends Component<{ children: ComponentChildren }, { down: boolean }> {
  override state = { down: false };

  override componentDidCatch(problem: unknown): void {
    fault(problem);
    this.setState({ down: true });
    setTimeout(() => {
      this.setState({ down: false });
      drawing.value += 1;
    }, 2000);
  }

  override render() {
    const zone = boot.timezone ?? ownZone;
    return this.state.down ? <Waiting zone={zone} /> : this.props.children;
  }
}

// --- drawing -------------------------------------------------------------------------------------

/** A few pixels this way and that, so that nothing burns in. */
const SHIFTS: readonly [number, number][] = [
  [0, 0],
  [3, 1],
  [4, -2],
  [1, -4],
  [-2, -3],
  [-4, 0],
  [-3, 3],
  [0, 4],
];
const SHIFT_MS = 2 * 60_000;
const shift = computed(() => {
  const [x, y] = SHIFTS[Math.floor(now.value / SHIFT_MS) % SHIFTS.length] ?? [0, 0];
  return `${x / 10}vmin ${y / 10}vmin`;
});

const identifying = computed(() => (display.value?.identify_until_at ?? 0) > now.value);

function Identify({ is }: { is: DisplayView }) {
  const room = state.value?.rooms[is.room]?.name;
  return (
    <div class="identify">
      <p class="identify-name">{is.name}</p>
      {room && <p class="identify-room">{room}</p>}
    </div>
  );
}

function Shown({ is }: { is: DisplayView | null }) {
  const here = scene.value;
  if (here === null) return <Waiting zone={boot.timezone ?? ownZone} />;
  if (here.layout === "overlay")
    return <Overlay scene={here} options={{ out: is?.blackout === true }} />;
  return <Composition scene={here} />;
}

/** When something was last drawn (`performance.now()`): each second, as long as all is well. */
let drawn = performance.now();
export const lastDrawn = (): number => drawn;

function Pulse() {
  const at = now.value;
  useLayoutEffect(() => {
    drawn = performance.now();
  }, [at]);
  return null;
}

export function Screen() {
  const is = display.value;
  const bare = is?.layout === "overlay";
  if (is?.blackout === true && !bare)
    return (
      <>
        <div class="blackout" />
        <Pulse />
      </>
    );
  return (
    <>
      <Guard key={drawing.value}>
        <div class="shifted" style={bare ? undefined : { translate: shift.value }}>
          <Shown is={is} />
        </div>
        <Pulse />
      </Guard>
      {lost.value && !bare && <i class="lost" role="img" aria-label={t("The link is lost")} />}
      {is !== null && identifying.value && <Identify is={is} />}
    </>
  );
}
