// All pages of the event, each with who it is for.

import { Copy } from "lucide";
import { boot } from "../../boot.ts";
import { t } from "../../i18n.ts";
import { Button } from "../../ui/index.ts";
import { copy } from "./copy.ts";
import { eventPath } from "./intake.ts";

const QR = boot.qr_url ?? "";

export function Pages() {
  const join = boot.join_url ?? location.origin + eventPath;
  const pages: readonly (readonly [string, string, string])[] = [
    ["/moderate", t("Moderator's desk"), t("Questions and polls: decide, order, put on stage.")],
    ["/produce", t("Producer's desk"), t("Run the rooms, change the plan, pair and set screens.")],
    ["/speaker", t("Speaker's page"), t("For the lectern: time left, questions, messages.")],
    ["/results", t("Results"), t("The figures and every question, also as files.")],
    ["/overlay", t("Overlay"), t("For the stream mixer: lower thirds on transparency.")],
    ["/print", t("On paper"), t("The agenda to print, for walls and doors.")],
  ];
  return (
    <section id="pages" aria-labelledby="pages-title">
      <header class="section-head">
        <h2 id="pages-title">{t("Pages")}</h2>
      </header>
      <div class="pair">
        <ul class="pages" role="list">
          {pages.map(([path, name, then]) => (
            <li key={path}>
              <a href={eventPath + path}>{name}</a>
              <span class="muted small">{then}</span>
            </li>
          ))}
          <li>
            <a href="/display">{t("A venue screen")}</a>
            <span class="muted small">
              {t("Open it on the screen itself; it shows a code, which the producer's desk takes.")}
            </span>
          </li>
        </ul>
        <div class="public">
          <img src={QR} alt={t("QR code of the public page")} width="180" height="180" />
          <div>
            <h3>{t("The public page")}</h3>
            <p>
              <a href={eventPath}>{join.replace(/^https?:\/\//, "")}</a>
            </p>
            <p class="muted small">{t("For everybody: agenda, stream, questions, polls.")}</p>
            <p class="actions">
              <Button size="small" icon={Copy} onClick={() => void copy(join)}>
                {t("Copy the address")}
              </Button>
              <a class="button quiet small" href={QR} download="qr.svg">
                {t("QR code as a file")}
              </a>
            </p>
          </div>
        </div>
      </div>
    </section>
  );
}
