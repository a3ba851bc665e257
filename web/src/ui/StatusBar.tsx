// The connection, said only when there is something to say.

import { LoaderCircle, OctagonX, WifiOff } from "lucide";
import { t, timeIn, tn } from "../i18n.ts";
import { now } from "../net/clock.ts";
import { pending, state, status } from "../state/store.ts";
import { Icon } from "./Icon.tsx";
import { sayError } from "./Toast.tsx";

const GRACE_MS = 1500; // a short break is nobody's business

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
  if (is.is === "live") return null;
  void now.value; // look again when the grace is over
  if (Date.now() - is.since < GRACE_MS) return null;
  const waiting = pending.value.length;
  return (
    <p class="status late">
      <Icon of={WifiOff} />
      <span>
        {t("Offline since {time}.", { time: timeIn(is.since) })}{" "}
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
