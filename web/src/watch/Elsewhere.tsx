// A stream of another site: a link, and that site's player only after a press. Nothing of it is
// loaded before.

import { ExternalLink, MonitorPlay, Play, X } from "lucide";
import { t } from "../i18n.ts";
import type { SourceView } from "../net/protocol.gen.ts";
import { Button, Icon } from "../ui/index.ts";
import { address, embed } from "./source.ts";

interface Props {
  source: SourceView;
  open: boolean;
  onOpen: (open: boolean) => void;
}

export function Elsewhere({ source, open, onOpen }: Props) {
  const url = address(source.url);
  const player = embed(source);
  const site = source.kind === "youtube" ? "YouTube" : "Vimeo";
  if (url === null) return null;
  if (player !== null && open)
    return (
      <>
        <div class="watch-frame" data-theme="dark">
          <iframe
            src={player.href}
            title={t("Stream on {site}", { site })}
            allow="autoplay; fullscreen; picture-in-picture; encrypted-media"
            sandbox="allow-scripts allow-same-origin allow-presentation allow-popups"
            referrerpolicy="strict-origin-when-cross-origin"
          />
        </div>
        <p class="watch-away">
          <Button tone="plain" size="small" icon={X} onClick={() => onOpen(false)}>
            {t("Close the player of {site}", { site })}
          </Button>
        </p>
      </>
    );
  return (
    <>
      <a class="stream" href={url.href} target="_blank" rel="noopener noreferrer">
        <Icon of={MonitorPlay} />
        <span>
          <strong>{t("Watch the stream")}</strong>
          <small>{url.host.replace(/^www\./, "")}</small>
        </span>
        <Icon of={ExternalLink} label={t("opens in a new tab")} />
      </a>
      {player !== null && (
        <p class="watch-offer">
          <Button icon={Play} onClick={() => onOpen(true)}>
            {t("Play it here")}
          </Button>
          <small>
            {t("The player comes from {site}, which then learns of your visit.", { site })}
          </small>
        </p>
      )}
    </>
  );
}
