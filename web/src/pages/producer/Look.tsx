// A stream in small, on the desk, without sound and only after a click: whether it plays at all, and what
// its picture says of its own time.

import { Eye, EyeOff } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n.ts";
import { serverNow } from "../../net/clock.ts";
import type { Engine, Trouble } from "../../watch/engine.ts";
import { Button } from "../../ui/index.ts";

const WISH = { save: true, soundOnly: false, language: null } as const;
const READ_MS = 500;

function words(is: Trouble["is"]): string {
  switch (is) {
    case "early":
      return t("There is nothing at this address yet.");
    case "cut":
      return t(
        "It cannot be fetched: the address is wrong, or its server lets no other site read it.",
      );
    case "unplayable":
      return t("This browser cannot play it.");
    default:
      return t("It was fetched, and cannot be played.");
  }
}

/** Plays into a video for as long as it is there. */
function Picture(props: {
  url: string;
  kind: "hls" | "file";
  onLate: ((seconds: number | null) => void) | undefined;
}) {
  const { url, kind, onLate } = props;
  const video = useRef<HTMLVideoElement>(null);
  const [trouble, setTrouble] = useState<Trouble["is"] | null>(null);
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    element.muted = true;
    let engine: Engine | null = null;
    let gone = false;
    const listener = {
      trouble: (is: Trouble) => {
        if (is.is === "broken" && engine?.mend() === true) return;
        if (!gone) setTrouble(is.is);
      },
      fine: () => setTrouble(null),
      tracks: () => undefined,
    };
    void import("../../watch/engine.ts").then(async ({ open, Unfit }) => {
      try {
        const made = await open(element, { url, kind }, WISH, listener);
        if (gone) return made.close();
        engine = made;
        await element.play().catch(() => undefined);
      } catch (error) {
        if (!(error instanceof Unfit)) throw error;
        listener.trouble(error.trouble);
      }
    });
    const reading = setInterval(() => {
      const date = engine?.date() ?? null;
      onLate?.(date === null || element.paused ? null : (serverNow() - date) / 1000);
    }, READ_MS);
    return () => {
      gone = true;
      clearInterval(reading);
      engine?.close();
      onLate?.(null);
    };
  }, [url, kind]);
  return (
    <div class="look">
      <video ref={video} muted playsInline aria-label={t("The stream in small, without sound")} />
      {trouble !== null && (
        <p class="look-trouble" role="alert">
          {words(trouble)}
        </p>
      )}
    </div>
  );
}

/** `onLate`: how far its own clock is behind the true time, in seconds, for as long as it plays. */
export function Look(props: {
  url: string;
  kind: "hls" | "file";
  onLate?: (seconds: number | null) => void;
}) {
  const { url, kind, onLate } = props;
  const [on, setOn] = useState(false);
  return (
    <>
      <Button
        size="small"
        icon={on ? EyeOff : Eye}
        aria-expanded={on}
        onClick={() => setOn(!on)}
        class="look-button"
      >
        {on ? t("Enough seen") : t("Look at it here")}
      </Button>
      {on && <Picture key={url} url={url} kind={kind} onLate={onLate} />}
    </>
  );
}
