// Which columns of a table are what, as the server is told it. Pure.

import type { AgendaColumn } from "../../net/protocol.gen.ts";

/** Fields that have no column any more are said, too: the server would find them by heading. */
export function mappingOf(
  columns: readonly AgendaColumn[],
  fields: ReadonlyMap<number, string>,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { field } of columns) if (field !== null) found[field] = "";
  for (const [number, field] of [...fields].sort(([a], [b]) => a - b))
    found[field] = found[field] ? `${found[field]}+#${number}` : `#${number}`;
  return found;
}

/** What a table cannot do without. */
export function missingIn(fields: ReadonlyMap<number, string>): string[] {
  const there = new Set(fields.values());
  const missing = there.has("title") || there.has("kind") ? [] : ["title"];
  return there.has("start") || there.has("time") ? missing : [...missing, "start"];
}
