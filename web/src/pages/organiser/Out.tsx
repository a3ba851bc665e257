// The agenda for other programs: each address with what it is for.

import { Copy, ExternalLink } from "lucide";
import { useState } from "preact/hooks";
import { boot } from "../../boot.ts";
import { Choice } from "../../crew/Choice.tsx";
import { t } from "../../i18n.ts";
import { rooms } from "../../state/store.ts";
import { Button, Icon } from "../../ui/index.ts";
import { copy } from "./copy.ts";

interface Row {
  path: string;
  name: string;
  then: string;
  /** Of one room; without one the server asks which. */
  room?: "may" | "must";
}

function groups(): readonly (readonly [string, readonly Row[]])[] {
  return [
    [
      t("For people"),
      [
        {
          path: "agenda.ics",
          name: t("Calendar"),
          then: t("Subscribe to it: it follows every change, in any calendar."),
          room: "may",
        },
        {
          path: "print",
          name: t("On paper"),
          then: t("To print or to save as PDF, in any zone; a room for its door."),
          room: "may",
        },
        {
          path: "agenda.xlsx",
          name: t("Excel"),
          then: t("One session a row: as planned, as it holds now, as it really was."),
        },
        { path: "agenda.csv", name: "CSV", then: t("The same for any spreadsheet.") },
      ],
    ],
    [
      t("For programs"),
      [
        {
          path: "schedule.json",
          name: "schedule.json",
          then: t("As c3voc writes it: conference apps, info-beamer."),
        },
        {
          path: "schedule.xml",
          name: "schedule.xml",
          then: t("As frab writes it: Giggity, Fahrplan apps, recording teams."),
        },
        {
          path: "p/broadcast-tools/event.json",
          name: t("pretalx-broadcast-tools"),
          then: t("What its lower thirds read: give them the address of the event."),
        },
        {
          path: "now.json",
          name: "now.json",
          then: t("What is on now, for stream mixers and control surfaces."),
          room: "must",
        },
        {
          path: "now.rows.json",
          name: "now.rows.json",
          then: t("The same as rows, for tables in vMix and the like."),
          room: "must",
        },
        {
          path: "now.txt",
          name: "now.txt",
          then: t("The same as one line of text, for OBS."),
          room: "must",
        },
      ],
    ],
    [
      t("For recordings"),
      [
        {
          path: "chapters.vtt",
          name: t("Chapters, WebVTT"),
          then: t("From the times as they really were; for video players."),
          room: "must",
        },
        {
          path: "chapters.txt",
          name: t("Chapters, as a list"),
          then: t("To paste into the description of a video."),
          room: "must",
        },
      ],
    ],
    [
      t("To keep"),
      [
        {
          path: "agenda.yaml",
          name: t("streamhub's own, YAML"),
          then: t("Everything, to read and correct by hand; can be brought back here."),
        },
        {
          path: "agenda.json",
          name: t("streamhub's own, JSON"),
          then: t("The same for programs."),
        },
      ],
    ],
  ];
}

export function Out() {
  const [room, setRoom] = useState("");
  const all = rooms.value;
  const only = all.length > 1 ? room : "";
  const addressOf = (row: Row): string => {
    const asked = row.room === "must" ? only || (all.length > 1 ? (all[0]?.id ?? "") : "") : only;
    const query = row.room !== undefined && asked !== "" ? `?room=${asked}` : "";
    return `${boot.public_url ?? location.origin}/e/${boot.event}/${row.path}${query}`;
  };
  const hereOf = (row: Row): string => {
    const url = new URL(addressOf(row), location.href);
    return url.pathname + url.search;
  };
  return (
    <section id="out" aria-labelledby="out-title">
      <header class="section-head">
        <h2 id="out-title">{t("Give the agenda on")}</h2>
        <p class="muted">{t("These addresses are public and follow the event as it runs.")}</p>
      </header>
      {all.length > 1 && (
        <div class="out-room">
          <Choice
            label={t("Of which room")}
            value={room}
            options={[["", t("All rooms")], ...all.map((one) => [one.id, one.name] as const)]}
            onValue={setRoom}
          />
          <p class="muted small">
            {t("Where only one room makes sense, “all” means {room}.", {
              room: all[0]?.name ?? "",
            })}
          </p>
        </div>
      )}
      <div class="out">
        {groups().map(([title, rows]) => (
          <section key={title} aria-label={title}>
            <h3>{title}</h3>
            <ul role="list">
              {rows.map((row) => (
                <li key={row.path}>
                  <p>
                    <a href={hereOf(row)} target="_blank" rel="noopener">
                      {row.name}
                    </a>
                    <span class="muted small">{row.then}</span>
                  </p>
                  {row.path === "agenda.ics" && (
                    <a
                      class="button quiet small"
                      href={addressOf(row).replace(/^https?:/, "webcal:")}
                    >
                      <Icon of={ExternalLink} /> <span>{t("Subscribe")}</span>
                    </a>
                  )}
                  <Button
                    size="small"
                    tone="plain"
                    icon={Copy}
                    label={t("Copy the address of {name}", { name: row.name })}
                    onClick={() => void copy(addressOf(row))}
                  />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </section>
  );
}
