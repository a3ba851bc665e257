// Handing in an agenda: a file that is dropped or chosen, text that is pasted, an address.

import { FileUp } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n.ts";
import { Button, Field, Icon, TextArea } from "../../ui/index.ts";
import { look, stage, text, url, way, type Way } from "./intake.ts";

function Ways() {
  const ways: readonly (readonly [Way, string])[] = [
    ["file", t("A file")],
    ["text", t("Text")],
    ["url", t("An address")],
  ];
  return (
    <div class="segments" role="radiogroup" aria-label={t("Where it comes from")}>
      {ways.map(([one, name]) => (
        <label key={one} class={way.value === one ? "on" : ""}>
          <input
            type="radio"
            class="visually-hidden"
            name="way"
            checked={way.value === one}
            onChange={() => (way.value = one)}
          />
          {name}
        </label>
      ))}
    </div>
  );
}

function fileIn(data: DataTransfer | null): File | undefined {
  return data?.files[0];
}

/** Takes what is dropped anywhere on the page: whoever misses the field loses nothing. */
function useDrop(): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const holdsFile = (event: DragEvent): boolean =>
      event.dataTransfer?.types.includes("Files") === true;
    const enter = (event: DragEvent): void => {
      if (!holdsFile(event)) return;
      depth++;
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (!holdsFile(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const above = (event: DragEvent): void => {
      if (holdsFile(event)) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      depth = 0;
      setOver(false);
      const file = fileIn(event.dataTransfer);
      if (file === undefined) return;
      event.preventDefault();
      way.value = "file";
      void look({ is: "file", file });
    };
    document.addEventListener("dragenter", enter);
    document.addEventListener("dragleave", leave);
    document.addEventListener("dragover", above);
    document.addEventListener("drop", drop);
    return () => {
      document.removeEventListener("dragenter", enter);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("dragover", above);
      document.removeEventListener("drop", drop);
    };
  }, []);
  return over;
}

function OfFile({ over }: { over: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class={over ? "drop over" : "drop"}>
      <Icon of={FileUp} />
      <p class="drop-words">{over ? t("Let go to look at it") : t("Drop a file here")}</p>
      <Button tone="primary" onClick={() => input.current?.click()}>
        {t("Choose a file")}
      </Button>
      <input
        ref={input}
        type="file"
        class="visually-hidden"
        tabIndex={-1}
        aria-label={t("The agenda's file")}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file !== undefined) void look({ is: "file", file });
          event.currentTarget.value = ""; // the same file once more, when it was corrected
        }}
      />
      <p class="muted small">
        {t(
          "schedule.xml and schedule.json (frab, pretalx, c3voc), iCalendar, Sessionize, Indico, Open Event, ontime, Excel, OpenDocument, CSV, plain text, and streamhub's own YAML and JSON. Up to 10 MB.",
        )}
      </p>
    </div>
  );
}

function OfText() {
  return (
    <form
      class="of-text"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.value.trim() !== "") void look({ is: "text", text: text.value });
      }}
    >
      <TextArea
        label={t("The agenda as text")}
        rows={10}
        value={text.value}
        placeholder={"09:00–09:30 Welcome\n09:30 …"}
        hint={t("As it stands on a web page or in a mail: each session begins with its time.")}
        onValue={(value) => (text.value = value)}
        onSubmit={() => text.value.trim() !== "" && void look({ is: "text", text: text.value })}
      />
      <Button tone="primary" type="submit" disabled={text.value.trim() === ""}>
        {t("Look at it")}
      </Button>
    </form>
  );
}

function OfAddress() {
  return (
    <form
      class="of-address"
      onSubmit={(event) => {
        event.preventDefault();
        const said = url.value.trim();
        if (said !== "") void look({ is: "url", url: said });
      }}
    >
      <Field
        label={t("Address of the agenda")}
        value={url.value}
        inputMode="url"
        placeholder="https://"
        autocomplete="off"
        hint={t("Of the public internet, without a password.")}
        onValue={(value) => (url.value = value)}
      />
      <Button tone="primary" type="submit" disabled={url.value.trim() === ""}>
        {t("Look at it")}
      </Button>
    </form>
  );
}

export function Intake() {
  const over = useDrop();
  const busy = stage.value.is === "reading";
  return (
    <div class={busy ? "intake busy" : "intake"}>
      <Ways />
      {way.value === "file" || over ? (
        <OfFile over={over} />
      ) : way.value === "text" ? (
        <OfText />
      ) : (
        <OfAddress />
      )}
    </div>
  );
}
