// The worker that does what a newcomer owes, beside everything else.

import { solve, type Task } from "./work.ts";

self.onmessage = ({ data }: MessageEvent<Task>) => self.postMessage(solve(data));
