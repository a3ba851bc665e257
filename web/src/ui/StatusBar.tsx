// The connection, said only when there is something to say.

import { LoaderCircle, OctagonX, WifiOff } from "lucide";
import { t, timeIn, tn } from "../i18n.ts";
import { offlineSince, pending, state, status } from "../state/store.ts";
import { Icon } from "./Icon.tsx";
import { sayError } from "./Toast.tsx";

function content() {
  const is = status.value;
  if (is.is === "refused")
    return (
      <p class="status over">
        <Icon of={OctagonX} />
        <span>{sayError(is.error)}</span>
      </p>
    );
  if (is.is === "connecting")
    return (
      state.value === null && (
        <p class="status">
          <Icon of={LoaderCircle} />
          <span>{t("Connecting…")}</span>
        </p>
      )
    );
  const since = offlineSince.value;
  if (since === null) return null;
  const waiting = pending.value.length;
  return (
    <p class="status late">
      <Icon of={WifiOff} />
      <span>
        {t("Offline since {time}.", { time: timeIn(since) })}{" "}
        {waiting > 0
          ? tn(
              "{n} change is sent when you are back.",
              "{n} changes are sent when you are back.",
              waiting,
            )
          : t("Reconnecting…")}
      </span>
    </p>
  );
}

export function StatusBar() {
  return (
    <div class="status-bar" role="status" aria-live="polite">
      {content()}
    </div>
  );
}
