// The word cloud, drawn by the browser alone: boxes are packed in cloud.ts, and what is drawn moves
// to its new place. For those who do not see it there is the same as a list.

import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { tn, tongue } from "../i18n.ts";
import { BASE, pack, type Cloud as Packed } from "./cloud.ts";
import type { CloudWord } from "./read.ts";

let canvas: CanvasRenderingContext2D | null | undefined;

/** Measures texts as `element` would set them. */
function measure(element: Element): (text: string, size: number) => number {
  canvas ??= document.createElement("canvas").getContext("2d");
  const family = getComputedStyle(element).fontFamily;
  const known = new Map<string, number>();
  return (text, size) => {
    let width = known.get(text);
    if (width === undefined) {
      if (canvas) canvas.font = `650 100px ${family}`;
      width = canvas ? canvas.measureText(text).width / 100 : text.length * 0.6;
      known.set(text, width);
    }
    return width * size;
  };
}

interface Place {
  width: number;
  height: number;
}

/** As many of the commonest words as can be read in so much room. */
function fitting(
  words: readonly CloudWord[],
  element: Element,
  room: Place,
  least: number,
  before: Packed | undefined,
): Packed {
  const widthOf = measure(element);
  const aspect = room.width / room.height;
  const contrast = Math.min(1, Math.max(0.35, room.width / 900));
  for (let most = words.length; ; most = Math.floor(most * 0.75)) {
    const packed = pack(words.slice(0, most), widthOf, aspect, before, contrast);
    const smallest = Math.min(BASE, ...packed.words.map(({ size }) => size));
    if (most <= 8 || (smallest * room.width) / packed.box[2] >= least) return packed;
  }
}

export function Cloud(props: {
  words: readonly CloudWord[];
  /** What the drawing is called. */
  label: string;
  mine?: ReadonlySet<string>;
}) {
  const { words, label, mine } = props;
  const box = useRef<HTMLDivElement>(null);
  const before = useRef<Packed | undefined>(undefined);
  const [room, setRoom] = useState<Place | null>(null);
  const [fonts, setFonts] = useState(0);
  const { locale } = tongue.value;
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const look = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width > 0 && height > 0)
        setRoom((held) =>
          held?.width === width && held.height === height ? held : { width, height },
        );
    };
    const watch = new ResizeObserver(look);
    watch.observe(element);
    look();
    void document.fonts?.ready.then(() => setFonts((n) => n + 1));
    return () => watch.disconnect();
  }, []);
  const key = JSON.stringify(words);
  const packed = useMemo(() => {
    if (box.current === null || room === null) return null;
    const least = Math.max(11, Math.min(room.width, room.height) * 0.032);
    return (before.current = fitting(words, box.current, room, least, before.current));
  }, [key, room, fonts, locale]);
  return (
    <div class="poll-cloud">
      <div class="poll-cloud-room" ref={box} aria-hidden="true">
        {packed !== null && (
          <svg viewBox={packed.box.map((side) => side.toFixed(1)).join(" ")}>
            {packed.words.map((word) => (
              <text
                key={word.text}
                class={mine?.has(word.text) ? "mine" : undefined}
                data-weight={
                  word.size > BASE * 1.5 ? "large" : word.size < BASE * 0.8 ? "small" : ""
                }
                style={{
                  transform: `translate(${word.x.toFixed(1)}px, ${word.y.toFixed(1)}px) scale(${(word.size / BASE).toFixed(3)})`,
                }}
              >
                {word.text}
              </text>
            ))}
          </svg>
        )}
      </div>
      <ul class="visually-hidden" aria-label={label}>
        {words.map(({ text, n }) => (
          <li key={text}>
            <span dir="auto">{text}</span>: {tn("{n} answer", "{n} answers", n)}
          </li>
        ))}
      </ul>
    </div>
  );
}
