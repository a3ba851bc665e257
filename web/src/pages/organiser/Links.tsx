// Who can do what: a link for each role, to make, hand on and take back.

import { Copy, Link as LinkIcon, QrCode, Trash2 } from "lucide";
import { useEffect, useState } from "preact/hooks";
import { boot } from "../../boot.ts";
import { carried, sayOnDesk } from "../../crew/words.ts";
import { dateIn, number, t, tn } from "../../i18n.ts";
import { now } from "../../net/clock.ts";
import type { LinkAnswer } from "../../net/protocol.gen.ts";
import { command } from "../../state/store.ts";
import { Button, Dialog } from "../../ui/index.ts";
import { copy } from "./copy.ts";
import { follow, holding, links, over, refresh, ROLES, trouble, type LinkRole } from "./links.ts";
import { NewLink, speakerName } from "./NewLink.tsx";

export function roleName(role: string): string {
  const names: Record<string, string> = {
    organiser: t("Organisers"),
    producer: t("Producers"),
    moderator: t("Moderators"),
    speaker: t("Speakers"),
    participant: t("Invited participants"),
  };
  return names[role] ?? role;
}

function roleDoes(role: LinkRole): string {
  const does: Record<LinkRole, string> = {
    organiser: t("May do everything, and see this page."),
    producer: t("Run the rooms and the screens."),
    moderator: t("Decide on questions and polls."),
    speaker: t("See time, questions and messages at the lectern."),
    participant: t("Ask and vote as everybody; their votes are counted apart, too."),
  };
  return does[role];
}

function nameOf(link: LinkAnswer): string {
  return link.name ?? speakerName(link.speaker) ?? t("without a name");
}

type Open = { is: "qr" | "revoke"; link: LinkAnswer } | { is: "new"; role: LinkRole } | null;

function Row({ link, onOpen }: { link: LinkAnswer; onOpen: (open: Open) => void }) {
  const name = nameOf(link);
  const you = link.link === links.value?.you;
  return (
    <li class="link">
      <p>
        <strong class={link.name === null ? "nameless" : ""}>{name}</strong>
        {you && <span class="you">{t("this is you")}</span>}
        <span class="muted small">
          {link.uses !== null && `${tn("for {n} person", "for {n} people", link.uses)}, `}
          {t("made {day}", { day: dateIn(link.created_at) })}
          {link.expires_at !== null && `, ${t("until {day}", { day: dateIn(link.expires_at) })}`}
          {link.online > 0 && (
            <b class="online">
              {link.uses === null
                ? tn("connected now", "connected now, {n} times", link.online)
                : tn("{n} person connected now", "{n} people connected now", link.online)}
            </b>
          )}
        </span>
      </p>
      {link.url !== null ? (
        <>
          <Button
            size="small"
            icon={Copy}
            aria-label={t("Copy the link of {name}", { name })}
            onClick={() => void copy(link.url ?? "", t("The link of {name} is copied.", { name }))}
          >
            {t("Copy")}
          </Button>
          <Button
            size="small"
            tone="plain"
            icon={QrCode}
            label={t("QR code of {name}", { name })}
            onClick={() => onOpen({ is: "qr", link })}
          />
        </>
      ) : (
        <span class="muted small">{t("made under another key: cannot be shown")}</span>
      )}
      <Button
        size="small"
        tone="plain"
        icon={Trash2}
        label={t("Take back the link of {name}", { name })}
        onClick={() => onOpen({ is: "revoke", link })}
      />
    </li>
  );
}

function Group({ role, onOpen }: { role: LinkRole; onOpen: (open: Open) => void }) {
  const held = holding(role, now.value);
  return (
    <section aria-labelledby={`links-${role}`}>
      <header>
        <h3 id={`links-${role}`}>
          {roleName(role)} <span class="count figures">{number(held.length)}</span>
        </h3>
        <p class="muted small">{roleDoes(role)}</p>
        <Button
          size="small"
          icon={LinkIcon}
          aria-label={t("New link for {role}", { role: roleName(role) })}
          onClick={() => onOpen({ is: "new", role })}
        >
          {t("New link")}
        </Button>
      </header>
      {held.length === 0 ? (
        <p class="muted small none">{t("Nobody yet.")}</p>
      ) : (
        <ul role="list">
          {held.map((link) => (
            <Row key={link.link} link={link} onOpen={onOpen} />
          ))}
        </ul>
      )}
    </section>
  );
}

export function Code({ link }: { link: LinkAnswer }) {
  return (
    <div class="link-code">
      <img
        src={`/api/v1/events/${boot.event}/links/${link.link}/qr.svg`}
        alt={t("QR code of {name}", { name: nameOf(link) })}
        width="260"
        height="260"
      />
      <p class="address">{link.url}</p>
      <p class="muted small">
        {t("Whoever has this address or photographs the code has the role.")}
      </p>
    </div>
  );
}

/** What taking a link back does to those who hold it. */
function consequence({ online, uses }: LinkAnswer): string {
  if (uses !== null)
    return t(
      "Whoever it invited stays, but their votes no longer count apart. It cannot be given again; make a new one.",
    );
  return online > 0
    ? tn(
        "It is connected now, and cut off at once. A link that was taken back cannot be given again; make a new one.",
        "It is connected {n} times now, and all are cut off at once. A link that was taken back cannot be given again; make a new one.",
        online,
      )
    : t("It opens nothing any more. It cannot be given again; make a new one.");
}

function Revoke({ link, onClose }: { link: LinkAnswer; onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const revoke = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    if (carried(await command("link.revoke", { link: link.link }))) {
      await refresh();
      onClose();
    }
    setBusy(false);
  };
  return (
    <Dialog
      open
      title={t("Take back the link of {name}?", { name: nameOf(link) })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("Keep it")}</Button>
          <Button tone="danger" aria-busy={busy} onClick={() => void revoke()}>
            {t("Take it back")}
          </Button>
        </>
      }
    >
      <p>{consequence(link)}</p>
      {link.link === links.value?.you && (
        <p class="consequence">{t("It is the link that you are here with: this page closes.")}</p>
      )}
    </Dialog>
  );
}

function Over() {
  const gone = over(now.value);
  if (gone.length === 0) return null;
  return (
    <details class="over-links">
      <summary>
        {t("Taken back or expired")} <span class="count figures">{number(gone.length)}</span>
      </summary>
      <ul role="list">
        {gone.map((link) => (
          <li key={link.link}>
            {nameOf(link)}{" "}
            <span class="muted small">
              {roleName(link.role)}, {link.revoked ? t("taken back") : t("expired")}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

export function Links() {
  const [open, setOpen] = useState<Open>(null);
  useEffect(follow, []);
  const close = (): void => setOpen(null);
  return (
    <section id="links" aria-labelledby="links-title">
      <header class="section-head">
        <h2 id="links-title">{t("Links")}</h2>
        <p class="muted">
          {t(
            "A link is a key: who opens it has its role, on any device, until you take it back. Give each person their own; its name stands beside what they do.",
          )}
        </p>
      </header>
      {trouble.value !== null && (
        <p class="trouble" role="alert">
          {sayOnDesk(trouble.value)}
        </p>
      )}
      {links.value === null ? (
        trouble.value === null && <p class="muted">{t("Loading…")}</p>
      ) : (
        <div class="links">
          {ROLES.map((role) => (
            <Group key={role} role={role} onOpen={setOpen} />
          ))}
        </div>
      )}
      <Over />
      {open?.is === "new" && <NewLink role={open.role} onClose={close} />}
      {open?.is === "revoke" && <Revoke link={open.link} onClose={close} />}
      {open?.is === "qr" && (
        <Dialog
          open
          title={t("The link of {name}", { name: nameOf(open.link) })}
          onClose={close}
          actions={
            <Button tone="primary" icon={Copy} onClick={() => void copy(open.link.url ?? "")}>
              {t("Copy the link")}
            </Button>
          }
        >
          <Code link={open.link} />
        </Dialog>
      )}
    </section>
  );
}
