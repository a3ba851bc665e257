// Notes about my own questions, one at a time: the page shows the rest.

import { toast } from "../../ui/index.ts";

let earlier: (() => void) | undefined;

export function news(text: string, ms?: number): void {
  earlier?.();
  earlier = toast(text, ms === undefined ? {} : { ms });
}
