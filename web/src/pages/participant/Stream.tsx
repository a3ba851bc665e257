// The way to the room's stream, where it has one. A link: nothing of another site is loaded here.

import { ExternalLink, MonitorPlay } from "lucide";
import { t } from "../../i18n.ts";
import { Icon } from "../../ui/index.ts";
import { room } from "./reading.ts";

function address(text: string | undefined): URL | null {
  try {
    const url = new URL(text ?? "");
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch {
    return null;
  }
}

export function Stream() {
  const url = address(room.value?.stream?.sources[0]?.url);
  if (url === null) return null;
  return (
    <a class="stream" href={url.href} target="_blank" rel="noopener noreferrer">
      <Icon of={MonitorPlay} />
      <span>
        <strong>{t("Watch the stream")}</strong>
        <small>{url.host.replace(/^www\./, "")}</small>
      </span>
      <Icon of={ExternalLink} label={t("opens in a new tab")} />
    </a>
  );
}
