// One composition gives way to the next: a copy of the old one slides away over the new.

import { Component, type ComponentChildren } from "preact";
import { createRef } from "preact";

const AWAY_MS = 200;

interface Props {
  /** What is shown; another name is another composition. */
  of: string;
  children: ComponentChildren;
}

export class Slide extends Component<Props> {
  #here = createRef<HTMLDivElement>();

  override getSnapshotBeforeUpdate(before: Props): Node | null {
    if (before.of === this.props.of) return null;
    return this.#here.current?.firstElementChild?.cloneNode(true) ?? null;
  }

  override componentDidUpdate(_before: Props, _state: object, old: Node | null): void {
    const here = this.#here.current;
    if (old === null || here === null) return;
    if (document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const other of here.querySelectorAll(":scope > .leaving")) other.remove();
    const leaving = document.createElement("div");
    leaving.className = "leaving";
    leaving.setAttribute("aria-hidden", "true");
    leaving.append(old);
    here.append(leaving);
    here.firstElementChild?.animate(
      { opacity: [0, 1], translate: ["0 1.5cqmin", "0 0"] },
      { duration: AWAY_MS, easing: "cubic-bezier(0.2, 0, 0, 1)" },
    );
    leaving.animate(
      { opacity: [1, 0], translate: ["0 0", "0 -3cqmin"] },
      { duration: AWAY_MS, easing: "cubic-bezier(0.4, 0, 1, 1)", fill: "forwards" },
    );
    setTimeout(() => leaving.remove(), AWAY_MS);
  }

  override render({ of, children }: Props) {
    return (
      <div class="slide" ref={this.#here}>
        <div class="slide-one" key={of}>
          {children}
        </div>
      </div>
    );
  }
}
