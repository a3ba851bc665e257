// What a moderator changed in a question, word by word. Pure.

export interface Part {
  is: "same" | "out" | "in";
  text: string;
}

const MOST = 4_000_000; // cells of the table; longer texts are told as a whole

function pieces(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}'’]+|\s+|[^\p{L}\p{N}\p{M}'’\s]/gu) ?? [];
}

/** `before` and `after` as one text, with what went out and what came in. */
export function difference(before: string, after: string): Part[] {
  const [a, b] = [pieces(before), pieces(after)];
  if (a.length * b.length > MOST) return joined([part("out", before), part("in", after)]);
  // how much two rests have in common, from the end
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] =
        a[i] === b[j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
  const parts: Part[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [out, into] = [a[i], b[j]];
    if (out !== undefined && out === into) {
      parts.push(part("same", out));
      i++;
      j++;
    } else if (
      out !== undefined &&
      (into === undefined || (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    ) {
      parts.push(part("out", out));
      i++;
    } else {
      parts.push(part("in", into ?? ""));
      j++;
    }
  }
  return joined(parts);
}

function part(is: Part["is"], text: string): Part {
  return { is, text };
}

/** Changes that only a space keeps apart are one change; what goes out stands before what comes in. */
function joined(parts: readonly Part[]): Part[] {
  const made: Part[] = [];
  let [out, into] = ["", ""];
  const flush = (): void => {
    if (out !== "") made.push(part("out", out));
    if (into !== "") made.push(part("in", into));
    [out, into] = ["", ""];
  };
  parts.forEach((one, n) => {
    if (one.is === "out") return void (out += one.text);
    if (one.is === "in") return void (into += one.text);
    const changing = out !== "" && into !== "";
    const next = parts[n + 1]?.is;
    if (changing && /^\s+$/.test(one.text) && next !== undefined && next !== "same") {
      out += one.text;
      into += one.text;
      return;
    }
    flush();
    const last = made.at(-1);
    if (last?.is === "same") last.text += one.text;
    else made.push({ ...one });
  });
  flush();
  return made.filter(({ text }) => text !== "");
}
