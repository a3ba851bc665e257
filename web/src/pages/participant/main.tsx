// The live part of the public page: what is on, asking, one's own questions, everybody's. The page
// around it (title, agenda) comes from the server; agenda.ts keeps its rows up to date.

import { render } from "preact";
import { StatusBar, Toasts } from "../../ui/index.ts";
import { status } from "../../state/store.ts";
import { remember } from "../../watch/step.ts";
import { watchAgenda } from "./agenda.ts";
import { announceMine } from "./announce.ts";
import { resume } from "./asking.ts";
import { Page } from "./Page.tsx";
import { watchSimilar } from "./similar.ts";
import { Spoken } from "./Spoken.tsx";
import { Told } from "./Told.tsx";
import { payWhatIsOwed } from "./proof.ts";
import { enter } from "./room.ts";
import { acceptInvitation } from "./invitation.ts";
import { keepPlaces } from "./tabs.ts";

/** A refusal takes the whole place: see Page.tsx. */
function Bar() {
  return status.value.is === "refused" ? null : <StatusBar />;
}

enter();
resume();
acceptInvitation();
payWhatIsOwed();
remember();

const place = document.getElementById("live");
if (place !== null) {
  place.replaceChildren();
  render(<Page />, place);
}

// below the tabs, whichever of them is open
const bar = document.createElement("div");
bar.className = "live-status";
document.querySelector(".event-nav")?.after(bar);
render(
  <>
    <Bar />
    <Told />
    <Spoken />
  </>,
  bar,
);

const notes = document.createElement("div");
document.body.append(notes);
render(<Toasts />, notes);

keepPlaces();
watchAgenda();
announceMine();
watchSimilar();
