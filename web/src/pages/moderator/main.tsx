// The moderator's desk.

import { render } from "preact";
import { boot } from "../../boot.ts";
import { Frame } from "../../crew/Frame.tsx";
import { connect } from "../../state/store.ts";
import { Desk } from "./Desk.tsx";

connect({ view: "desk", room: boot.room });
const app = document.getElementById("app");
if (app !== null) render(<Frame>{() => <Desk />}</Frame>, app);
