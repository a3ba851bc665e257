// The results need no script but for the event's own colour.

import { setAccent } from "../../accent.ts";

setAccent(document.documentElement.dataset["accent"]);
