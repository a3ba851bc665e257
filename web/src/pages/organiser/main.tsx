// The organiser's page.

import { render } from "preact";
import { Frame } from "../../crew/Frame.tsx";
import { connect } from "../../state/store.ts";
import { Page } from "./Page.tsx";

connect({ view: "control", as: "organiser" });
const app = document.getElementById("app");
if (app !== null) render(<Frame>{() => <Page />}</Frame>, app);
