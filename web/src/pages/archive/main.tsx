// The archive: the recording plays, the agenda and the answered questions follow it. All that is to be
// read came with the page; here it is only brought to life.

import { ExternalLink, Play } from "lucide";
import { signal } from "@preact/signals";
import { render } from "preact";
import { boot } from "../../boot.ts";
import { t } from "../../i18n.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Toasts } from "../../ui/Toast.tsx";
import { embed } from "../../watch/source.ts";
import { follow, lead } from "./course.ts";
import { ofFrame } from "./frame.ts";
import { load } from "./load.ts";
import { Playing } from "./Playing.tsx";
import { ofVideo, type Reel } from "./reel.ts";
import { Search } from "./Search.tsx";
import { addressAt, askedIn, stampOf } from "./second.ts";

/** What the server says of the recording: see `http/archived.py`. */
interface Told {
  url: string;
  kind: "hls" | "file" | "youtube" | "vimeo" | "link";
  at_s: number;
  there: string;
  host: string;
}

const told = boot["reel"] as Told;
const title = String(boot["reel_title"] ?? "");
const first = askedIn(new URL(location.href)) ?? told.at_s;
const playhead = signal<number | null>(first > 0 ? first : null);
let reel: Reel | null = null;

function start(made: Reel): void {
  reel = made;
  made.playhead.subscribe((at) => {
    if (at !== null) playhead.value = at;
  });
}

/** Goes to a second of the recording, and says so in the address. */
function go(seconds: number): void {
  history.replaceState(history.state, "", addressAt(new URL(location.href), seconds));
  if (reel === null) open(seconds);
  else reel.go(seconds);
}

/** What there is to begin with: the page's own video, or a picture of what a click will bring. */
let open: (seconds: number) => void = (seconds) => {
  playhead.value = seconds;
};

function prepare(place: HTMLElement): void {
  const video = place.querySelector("video");
  if (video !== null && (told.kind === "hls" || told.kind === "file")) {
    const trouble = document.createElement("div");
    place.after(trouble);
    start(
      ofVideo(video, told.url, first, load(told.kind), (why) =>
        render(
          <p class="reel-trouble" role="alert">
            {why}{" "}
            <button type="button" class="button quiet small" onClick={() => location.reload()}>
              {t("Try again")}
            </button>
          </p>,
          trouble,
        ),
      ),
    );
    return;
  }
  const player = embed(told);
  if (player === null || (told.kind !== "youtube" && told.kind !== "vimeo")) return; // a link stays
  const kind = told.kind;
  open = (seconds) => {
    render(null, place);
    playhead.value = seconds;
    start(ofFrame(place, player, kind, seconds, title));
  };
  place.replaceChildren();
  render(<Offer site={kind === "youtube" ? "YouTube" : "Vimeo"} />, place);
}

/** Nothing of another site is loaded before this is pressed. */
function Offer({ site }: { site: string }) {
  const at = playhead.value ?? 0;
  return (
    <div class="reel-offer">
      <button type="button" class="reel-play" onClick={() => open(at)}>
        <Icon of={Play} />
        <strong>
          {at > 0
            ? t("Play here from {time}", { time: stampOf(at) })
            : t("Play the recording here")}
        </strong>
      </button>
      <p>
        {t("It comes from {site}, which then learns that you watch.", { site })}{" "}
        <a href={told.there} target="_blank" rel="noopener noreferrer">
          {t("Open it there instead")} <Icon of={ExternalLink} label={t("opens in a new tab")} />
        </a>
      </p>
    </div>
  );
}

function into(id: string, what: () => void): void {
  if (document.getElementById(id) !== null) what();
}

const place = document.getElementById("reel");
if (place !== null) prepare(place);
follow(playhead);
lead(go);
into("playing", () =>
  render(<Playing playhead={playhead} go={go} />, document.getElementById("playing") as Element),
);
into("archive-search", () => {
  if (document.querySelector(".answer") !== null)
    render(<Search />, document.getElementById("archive-search") as Element);
});
window.addEventListener("hashchange", () => {
  const at = askedIn(new URL(location.href));
  if (at !== null && location.hash.startsWith("#t=")) go(at);
});
const notes = document.createElement("div");
document.body.append(notes);
render(<Toasts />, notes);
