// Finding one of many by what is typed. Pure.

/** Without capitals, accents and marks, so that "que" finds "Qué". */
export function folded(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase();
}

export interface Pick {
  id: string;
  text: string;
  /** What stands beside the text, muted. */
  more?: string | undefined;
  /** The key that does the same. */
  key?: string | undefined;
  group?: string | undefined;
}

/**
 * Those that have every word of `typed`. Within a group the order stays, but for what begins with what
 * is typed, which comes first.
 */
export function matching<T extends Pick>(items: readonly T[], typed: string): T[] {
  const words = folded(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...items];
  const whole = words.join(" ");
  const found = items
    .map((item) => {
      const text = folded(item.text);
      const all = `${text} ${folded(item.more ?? "")}`;
      const rank = text.startsWith(whole) ? 0 : text.includes(` ${whole}`) ? 1 : 2;
      return { item, rank: words.every((word) => all.includes(word)) ? rank : 3 };
    })
    .filter(({ rank }) => rank < 3);
  return found.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}

/** The items by group, in the order in which the groups first come. */
export function grouped<T extends Pick>(items: readonly T[]): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = item.group ?? "";
    groups.set(group, [...(groups.get(group) ?? []), item]);
  }
  return [...groups];
}
