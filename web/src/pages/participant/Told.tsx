// The crew's word to participants: a calm bar over the page, gone when it was read or its time is over.

import { Info, TriangleAlert, X } from "lucide";
import { signal } from "@preact/signals";
import { boot } from "../../boot.ts";
import { noticesFor } from "../../displays/notices.ts";
import { t } from "../../i18n.ts";
import { Button, Icon } from "../../ui/index.ts";
import { keep, kept } from "../../state/device.ts";
import { pictureNow, shown as state } from "../../watch/step.ts";
import { roomId } from "./room.ts";

const SLOT = `streamhub.told.${boot.event ?? ""}`;
const READ_MOST = 50;

const read = signal<readonly string[]>(kept<string[]>(SLOT) ?? []);

function dismiss(id: string): void {
  read.value = [...read.value, id].slice(-READ_MOST);
  keep(SLOT, read.value);
}

export function Told() {
  const view = state.value;
  const shown =
    view === null
      ? []
      : noticesFor(view, "participants", roomId.value ?? "", pictureNow.value)
          .filter((one) => !read.value.includes(one.id))
          .reverse();
  return (
    <div class="told-bars" role="status" aria-live="polite">
      {shown.map((one) => (
        <div key={one.id} class={`told-bar${one.warns ? " warns" : ""}`}>
          <Icon of={one.warns ? TriangleAlert : Info} />
          <p dir="auto">{one.text}</p>
          <Button
            tone="plain"
            size="small"
            icon={X}
            label={t("Dismiss")}
            onClick={() => dismiss(one.id)}
          />
        </div>
      ))}
    </div>
  );
}
