// How questions are taken, and who may see what came of them.

import { SlidersHorizontal } from "lucide";
import { useState } from "preact/hooks";
import { PolicyDialog, slowName } from "../../crew/Policy.tsx";
import { carried } from "../../crew/words.ts";
import { number, t } from "../../i18n.ts";
import type { PolicyView } from "../../net/protocol.gen.ts";
import { command, state } from "../../state/store.ts";
import { Button } from "../../ui/index.ts";
import { eventPath } from "./intake.ts";

/** What holds now, each setting in a sentence. */
function sentences(policy: PolicyView): string[] {
  const names: Record<PolicyView["names"], string> = {
    optional: t("Whoever asks may give a name, or stay anonymous."),
    required: t("Nobody can ask without a name."),
    none: t("Every question is anonymous."),
  };
  const ends: Record<PolicyView["at_end"], string> = {
    keep: t("When a session ends, its open questions stay where they are."),
    carry: t("When a session ends, its open questions move on to the next one of the room."),
    close: t("When a session ends, its approved questions are marked to be followed up."),
  };
  return [
    policy.moderation === "before"
      ? t("Nobody sees a question until a moderator approves it.")
      : t("Everybody sees a new question at once; moderators take down what does not belong."),
    names[policy.names],
    policy.slow_s > 0
      ? t("Between two questions of one person lie {time}; at most {n} of them wait.", {
          time: slowName(policy.slow_s),
          n: number(policy.pending_most),
        })
      : t("At most {n} questions of one person wait at a time.", {
          n: number(policy.pending_most),
        }),
    ends[policy.at_end],
  ];
}

function Results({ policy }: { policy: PolicyView }) {
  const [busy, setBusy] = useState(false);
  const set = async (to: boolean): Promise<void> => {
    setBusy(true);
    carried(await command("questions.configure", { public_results: to }));
    setBusy(false);
  };
  return (
    <div class="results-set">
      <h3>{t("Results")}</h3>
      <p>
        {policy.public_results
          ? t("Anybody can see them: the questions that were taken up, answers and polls.")
          : t("Only the crew can see them.")}
      </p>
      <label class="check">
        <input
          type="checkbox"
          checked={policy.public_results}
          disabled={busy}
          onChange={(event) => void set(event.currentTarget.checked)}
        />
        <span>{t("Results are public")}</span>
      </label>
      <p class="actions">
        <a href={`${eventPath}/results`}>{t("Look at the results")}</a>
        <a href={`${eventPath}/results.xlsx`}>{t("Excel")}</a>
      </p>
    </div>
  );
}

export function Settings() {
  const [open, setOpen] = useState(false);
  const policy = state.value?.event.policy;
  if (policy === undefined) return null;
  return (
    <section id="questions" aria-labelledby="questions-title">
      <header class="section-head">
        <h2 id="questions-title">{t("Questions and results")}</h2>
      </header>
      <div class="pair">
        <div class="policy">
          <h3>{t("How questions are taken")}</h3>
          <ul>
            {sentences(policy).map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
          <p class="actions">
            <Button icon={SlidersHorizontal} onClick={() => setOpen(true)}>
              {t("Change it")}
            </Button>
          </p>
        </div>
        <Results policy={policy} />
      </div>
      {open && <PolicyDialog was={policy} onClose={() => setOpen(false)} />}
    </section>
  );
}
