// What every desk has round its own content: the connection's state, and the page for a link that holds
// no longer.

import { FolderCog, Wifi, WifiOff } from "lucide";
import type { ComponentChildren } from "preact";
import { boot } from "../boot.ts";
import { t } from "../i18n.ts";
import { offlineSince, state, status } from "../state/store.ts";
import { Icon, Palette, ShortcutHelp, StatusBar, Toasts } from "../ui/index.ts";
import { sayOnDesk } from "./words.ts";

/** "Connected", always in the same place. */
export function ConnectionMark() {
  const is = status.value.is;
  const live = is === "live" || (is === "offline" && offlineSince.value === null);
  const words = live
    ? t("Connected")
    : is === "connecting"
      ? t("Connecting…")
      : is === "refused"
        ? t("Not connected")
        : t("Offline");
  return (
    <span class={`connection ${live ? "" : "late"}`}>
      <Icon of={live ? Wifi : WifiOff} />
      <span>{words}</span>
    </span>
  );
}

/** The way to the organiser's page, for those whose browser holds an organiser's link. */
export function OrganiserLink() {
  if (boot["organiser"] !== true || boot.event === undefined) return null;
  const name = t("Organiser's page");
  return (
    <a
      class="button plain small bare"
      href={`/e/${boot.event}/organise`}
      title={name}
      aria-label={name}
    >
      <Icon of={FolderCog} />
    </a>
  );
}

function Refused({ code, text }: { code: string; text: string }) {
  const link = code === "token.invalid" || code === "view.forbidden";
  return (
    <main class="notice-page">
      <h1>{link ? t("This link does not hold any longer") : t("The desk cannot connect")}</h1>
      <p>
        {link
          ? t(
              "It was taken back or has expired. Ask the organiser for a new link and open it on this device.",
            )
          : text}
      </p>
      <p>
        <a href="">{t("Try again")}</a>
        {boot.event && (
          <>
            {" · "}
            <a href={`/e/${boot.event}`}>{t("Go to the public page")}</a>
          </>
        )}
      </p>
    </main>
  );
}

/** The page of a desk; nothing is drawn before the first view is here. */
export function Frame({ children }: { children: () => ComponentChildren }) {
  const is = status.value;
  if (is.is === "refused") return <Refused code={is.error.code} text={sayOnDesk(is.error)} />;
  return (
    <>
      {state.value === null ? (
        <main class="notice-page">
          <h1>{boot.title}</h1>
          <p class="muted">{t("Connecting…")}</p>
        </main>
      ) : (
        children()
      )}
      <StatusBar />
      <Toasts />
      <ShortcutHelp />
      <Palette />
    </>
  );
}
