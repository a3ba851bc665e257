// Copying an address, also where the browser keeps its clipboard for pages with TLS.

import { t } from "../../i18n.ts";
import { toast } from "../../ui/index.ts";

function copyByHand(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("readonly", "");
  area.className = "visually-hidden";
  const dialogs = document.querySelectorAll("dialog[open]");
  (dialogs[dialogs.length - 1] ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

/** Copies, and says so. */
export async function copy(text: string, said: string = t("Copied")): Promise<void> {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    done = copyByHand(text);
  }
  if (done) toast(said);
  else toast(t("The browser does not allow copying. Mark the link and copy it yourself."));
}
