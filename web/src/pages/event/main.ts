// The public page without its live part: the reader's own zone beside the venue's.

import "../../boot.ts";
import { ownTimes } from "./times.ts";

ownTimes(document);
