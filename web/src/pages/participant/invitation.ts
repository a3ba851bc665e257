// Being invited. The link of an invitation that several may use leaves its token behind the # of the
// address, where no server sees it, and where no program that only looks at links makes use of it.

import { effect } from "@preact/signals";
import { t } from "../../i18n.ts";
import { command, me } from "../../state/store.ts";
import { toast } from "../../ui/index.ts";
import { name, callMe } from "./asking.ts";
import { say } from "./errors.ts";

const MARK = /^#invitation=([\w-]{1,256})$/;

/** Makes use of the invitation in the address; offers the name of a personal one to ask under. */
export function acceptInvitation(): void {
  const token = MARK.exec(location.hash)?.[1];
  if (token !== undefined) {
    history.replaceState(history.state, "", location.pathname + location.search);
    void command("link.use", { token }).then((ack) => {
      if (ack.ok) toast(t("Your invitation was received. Ask and vote as you like."));
      else toast(say(ack.error), { tone: "over", ms: 9000 });
    });
  }
  const stop = effect(() => {
    const given = me.value?.name;
    if (given === undefined) return;
    if (name.peek() === "") callMe(given);
    queueMicrotask(() => stop());
  });
}
