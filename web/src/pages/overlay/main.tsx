// The overlay without a pairing, for a stream mixer that takes an address: what is in it is what anyone
// may see. Its address says how it looks (docs/displays.md).

import { computed, effect } from "@preact/signals";
import { render } from "preact";
import { setAccent } from "../../accent.ts";
import { boot } from "../../boot.ts";
import { optionsOf } from "../../displays/options.ts";
import { Overlay, type Corner, type OverlayOptions } from "../../displays/overlay/Overlay.tsx";
import { sceneFor } from "../../displays/scene.ts";
import { tongueAt } from "../../displays/tongues.ts";
import { speak } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import type { DisplayView, OptionsView } from "../../net/protocol.gen.ts";
import { connect, rooms, state } from "../../state/store.ts";

const asked = new URLSearchParams(location.search);
const CORNERS = new Set(["top-left", "top-right", "bottom-left", "bottom-right"]);
const corner = asked.get("clock") ?? "";
const LOGO = /^(https:\/\/|\/(?!\/))/;
const logo = asked.get("logo") ?? "";

const options = optionsOf({
  options: {
    languages: (asked.get("languages") ?? "").split(",").filter((one) => one !== ""),
    theme: (asked.get("theme") ?? "dark") as OptionsView["theme"],
    ...(LOGO.test(logo) && { logo }),
  },
});
const overlay: OverlayOptions = {
  clock: CORNERS.has(corner) ? (corner as Corner) : null,
  for_s: Number(asked.get("for")) || null,
  questions: asked.get("questions") !== "0",
};

const display = computed<DisplayView | null>(() => {
  const room = boot.room ?? rooms.value[0]?.id;
  return room === undefined
    ? null
    : { name: "", room, layout: "overlay", options, paired_at: 0, blackout: false };
});
const scene = sceneFor(display);

effect(() => setAccent(state.value?.event.accent));
effect(() => {
  const languages = state.value?.event.languages;
  if (languages !== undefined) speak(tongueAt(options.languages, languages, now.value));
});

function Page() {
  return scene.value && <Overlay scene={scene.value} options={overlay} />;
}

const app = document.getElementById("app");
if (app !== null) {
  app.className = "stage";
  document.documentElement.dataset["layout"] = "overlay";
  document.documentElement.dataset["theme"] = options.theme;
  connect({ view: "stage", insistent: true });
  render(<Page />, app);
}
