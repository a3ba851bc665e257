// Languages by name, as the reader of the desk calls them.

import { boot } from "../../boot.ts";

const names = new Intl.DisplayNames([boot.locale], { type: "language" });

/** "Spanish" of `es`; the code itself, where it is none. */
export function languageName(code: string): string {
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}
