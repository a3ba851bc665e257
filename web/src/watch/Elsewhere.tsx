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
  const link = (
    <a class="stream" href={url.href} target="_blank" rel="noopener noreferrer">
      <Icon of={MonitorPlay} />
      <span>
        <strong>{t("Watch the stream")}</strong>
        <small>{url.host.replace(/^www\./, "")}</small>
      </span>
      <Icon of={ExternalLink} label={t("opens in a new tab")} />
    </a>
  );
  if (player === null) return link;
  return (
    <>
      <div class="watch-frame" data-theme="dark">
        {open ? (
          <iframe
            src={player.href}
            title={t("Stream on {site}", { site })}
            allow="autoplay; fullscreen; picture-in-picture; encrypted-media"
            sandbox="allow-scripts allow-same-origin allow-presentation allow-popups"
            referrerpolicy="strict-origin-when-cross-origin"
          />
        ) : (
          <div class="watch-poster">
            <button type="button" class="watch-begin" onClick={() => onOpen(true)}>
              <span class="watch-begin-mark">
                <Icon of={Play} />
              </span>
              <span>{t("Play it here")}</span>
            </button>
            <p class="watch-title whole">
              {t("The player comes from {site}, which then learns of your visit.", { site })}
            </p>
          </div>
        )}
      </div>
      {open ? (
        <p class="watch-away">
          <Button tone="plain" size="small" icon={X} onClick={() => onOpen(false)}>
            {t("Close the player of {site}", { site })}
          </Button>
        </p>
      ) : (
        link
      )}
    </>
  );
}
