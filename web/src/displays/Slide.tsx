// One composition gives way to the next: a copy of the old one slides away over the new. Where only
// the language changes, the copy fades: what both have in common stands still.

import { Component, type ComponentChildren } from "preact";
import { createRef } from "preact";
import { tongue } from "../i18n.ts";

const AWAY_MS = 200;
const FADE_MS = 400;

interface Props {
  /** What is shown; another name is another composition. */
  of: string;
  children: ComponentChildren;
}

interface Before {
  copy: Node;
  fades: boolean;
}

export class Slide extends Component<Props> {
  #here = createRef<HTMLDivElement>();
  #spoke = tongue.peek().locale;

  override getSnapshotBeforeUpdate(before: Props): Before | null {
    const speaks = tongue.peek().locale;
    const [moves, turns] = [before.of !== this.props.of, this.#spoke !== speaks];
    this.#spoke = speaks;
    if (!moves && !turns) return null;
    const copy = this.#here.current?.firstElementChild?.cloneNode(true);
    return copy === undefined ? null : { copy, fades: !moves };
  }

  override componentDidUpdate(_before: Props, _state: object, old: Before | null): void {
    const here = this.#here.current;
    if (old === null || here === null) return;
    if (document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const other of here.querySelectorAll(":scope > .leaving")) other.remove();
    const leaving = document.createElement("div");
    leaving.className = "leaving";
    leaving.setAttribute("aria-hidden", "true");
    leaving.append(old.copy);
    here.append(leaving);
    if (!old.fades)
      here.firstElementChild?.animate(
        { opacity: [0, 1], translate: ["0 1.5cqmin", "0 0"] },
        { duration: AWAY_MS, easing: "cubic-bezier(0.2, 0, 0, 1)" },
      );
    const duration = old.fades ? FADE_MS : AWAY_MS;
    leaving.animate(
      old.fades ? { opacity: [1, 0] } : { opacity: [1, 0], translate: ["0 0", "0 -3cqmin"] },
      { duration, easing: "cubic-bezier(0.4, 0, 1, 1)", fill: "forwards" },
    );
    setTimeout(() => leaving.remove(), duration);
  }

  override render({ of, children }: Props) {
    void tongue.value; // drawn again, and copied before that, when the language changes
    return (
      <div class="slide" ref={this.#here}>
        <div class="slide-one" key={of}>
          {children}
        </div>
      </div>
    );
  }
}
