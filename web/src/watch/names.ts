// What languages are called, in the reader's own.

import { tongue } from "../i18n.ts";
import type { SourceView } from "../net/protocol.gen.ts";

/** "Spanish" for `es`; what is no language tag stays as it is. */
export function languageName(tag: string): string {
  try {
    const names = new Intl.DisplayNames([tongue.value.locale], { type: "language" });
    const name = names.of(tag) ?? tag;
    return name.charAt(0).toLocaleUpperCase(tongue.value.locale) + name.slice(1);
  } catch {
    return tag;
  }
}

/** What a source is called: as the crew named it, else by its language. */
export function sourceName(source: SourceView, n: number): string {
  return source.label ?? (source.language ? languageName(source.language) : String(n + 1));
}
