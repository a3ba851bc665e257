// A poll on a screen: the question, and the results as soon as everybody may see them; until then the
// options and how to answer. It fills the box that it is given.

import { Check } from "lucide";
import type { ComponentChildren } from "preact";
import { useFit } from "../displays/fit.ts";
import { t } from "../i18n.ts";
import type { PollView } from "../net/protocol.gen.ts";
import { Icon } from "../ui/Icon.tsx";
import { optionsOf } from "./read.ts";
import { answers, PollResults } from "./Results.tsx";

/** What is said under the title of a poll. */
export function pollState(poll: PollView): string {
  if (poll.status === "open") return t("Answer now on your phone");
  if (poll.status === "draft") return t("Draft");
  return poll.tally === undefined ? t("Closed. The results come later.") : t("Result");
}

/** What is as large as fits; `text` names what is in it. */
function Fitted({ text, children }: { text: string; children: ComponentChildren }) {
  const box = useFit(text, { least: 3, most: 9, dense: 4, content: 5.2 });
  return (
    <div class="poll-fit" ref={box}>
      <div data-fit>{children}</div>
    </div>
  );
}

export function PollBoard(props: {
  poll: PollView;
  /** Whether the invitation is said: not while the screen may be out of date. */
  current?: boolean;
  /** What stands beside the options while the poll is open, such as the code to join. */
  join?: ComponentChildren;
}) {
  const { poll, current = true, join } = props;
  const { tally } = poll;
  const options = optionsOf(poll);
  const texts = options.map(({ text }) => text).join("\n");
  return (
    <section class={`poll-board ${poll.kind} ${poll.status}`}>
      <header class="poll-board-head">
        <h1 dir="auto" data-long={poll.title.length > 70 ? "" : undefined}>
          {poll.title}
        </h1>
        <p>
          {current && <span class="poll-board-state">{pollState(poll)}</span>}
          {tally !== undefined && <span class="figures">{answers(tally.total)}</span>}
        </p>
      </header>
      <div class="poll-board-body">
        {tally !== undefined && options.length === 0 ? (
          <PollResults poll={poll} />
        ) : tally !== undefined ? (
          <Fitted key="results" text={`${texts}\n${"0".repeat(String(tally.total).length)}`}>
            <PollResults poll={poll} />
          </Fitted>
        ) : options.length > 0 ? (
          <Fitted key="options" text={texts}>
            <ul class="poll-options" role="list">
              {options.map(({ id, text }) => (
                <li key={id}>
                  <bdi>{text}</bdi>
                </li>
              ))}
            </ul>
          </Fitted>
        ) : poll.kind === "rating" ? (
          <p class="poll-board-scale figures">
            {t("From {least} to {most}", { least: 1, most: poll.most ?? 5 })}
          </p>
        ) : (
          <p class="poll-board-scale">
            {poll.status === "closed" && <Icon of={Check} />} {t("In your own words")}
          </p>
        )}
        {poll.status === "open" && current && join}
      </div>
    </section>
  );
}
