// The results need no script but for the event's own colour.

import "../../boot.ts";
