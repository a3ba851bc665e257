// Pairing a screen: its code, typed or scanned; which device asks; what it is to be called and to show.

import { MonitorCheck } from "lucide";
import { useEffect, useState } from "preact/hooks";
import { boot } from "../../boot.ts";
import { Choice } from "../../crew/Choice.tsx";
import { sayOnDesk } from "../../crew/words.ts";
import { PLAIN } from "../../displays/options.ts";
import { t, timeIn } from "../../i18n.ts";
import type { ErrorBody, Layout } from "../../net/protocol.gen.ts";
import { command, rooms } from "../../state/store.ts";
import { Button, Dialog, Field, Icon } from "../../ui/index.ts";
import { roomId, zone } from "./act.ts";
import { layoutOptions, roomOptions } from "./layouts.ts";
import { Miniature } from "./Miniature.tsx";

const CODE_LENGTH = 8;

/** "ABCD-EFGH" of whatever is typed. */
function asCode(typed: string): string {
  const plain = typed
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, "")
    .slice(0, CODE_LENGTH);
  return plain.length > 4 ? `${plain.slice(0, 4)}-${plain.slice(4)}` : plain;
}

/** Which device shows a code, as the server knows it. */
interface Asking {
  device: string;
  size: string;
  at: number;
}

/** Asks once for each whole code: a wrong one counts as a try. */
function useAsking(code: string): Asking | ErrorBody | null {
  const [found, setFound] = useState<{ code: string; is: Asking | ErrorBody } | null>(null);
  useEffect(() => {
    const plain = code.replace("-", "");
    if (plain.length < CODE_LENGTH || found?.code === code) return;
    const stop = new AbortController();
    const look = async (): Promise<void> => {
      try {
        const answer = await fetch(`/api/v1/events/${boot.event}/offers/${plain}`, {
          cache: "no-store",
          signal: stop.signal,
        });
        const body = (await answer.json()) as Asking | { error: ErrorBody };
        setFound({ code, is: "error" in body ? body.error : body });
      } catch {
        // not known then; pairing tells what is wrong
      }
    };
    void look();
    return () => stop.abort();
  }, [code]);
  return found?.code === code ? found.is : null;
}

function Asks({ asking }: { asking: Asking | ErrorBody | null }) {
  if (asking === null || "code" in asking) return null;
  return (
    <p class="asks" role="status">
      <Icon of={MonitorCheck} />
      <span>
        <strong>{asking.device || t("A screen")}</strong>{" "}
        {[
          asking.size.replace("x", "×"),
          t("asks since {time}", { time: timeIn(asking.at, zone.value) }),
        ]
          .filter((one) => one !== "")
          .join(" · ")}
      </span>
    </p>
  );
}

/** The code that a producer's phone has scanned from a screen; kept out of the address then. */
export function scanned(): string {
  const url = new URL(location.href);
  const code = url.searchParams.get("pair");
  if (code === null) return "";
  url.searchParams.delete("pair");
  history.replaceState(null, "", url);
  return asCode(code);
}

export function Pair(props: { open: boolean; first: string; onClose: () => void }) {
  const { open, first, onClose } = props;
  const [code, setCode] = useState(first);
  const asking = useAsking(code);
  const [name, setName] = useState("");
  const [where, setWhere] = useState("");
  const [layout, setLayout] = useState<Layout>("now-next");
  const [errors, setErrors] = useState<{ code?: string; name?: string; other?: string }>({});
  const [sending, setSending] = useState(false);
  const close = (): void => {
    setCode("");
    setName("");
    setErrors({});
    onClose();
  };
  const pair = async (): Promise<void> => {
    if (sending) return;
    if (code.replace("-", "").length < CODE_LENGTH)
      return setErrors({ code: t("The code has eight letters and digits.") });
    if (name.trim() === "")
      return setErrors({ name: t("Give it a name that you recognise, such as “Foyer left”.") });
    setSending(true);
    const ack = await command("display.pair", {
      code,
      name,
      room: where || roomId.peek() || "",
      layout,
    });
    setSending(false);
    if (ack.ok) return close();
    const text = sayOnDesk(ack.error);
    setErrors(
      ack.error.code.startsWith("display.")
        ? { code: text }
        : ack.error.field === "name"
          ? { name: text }
          : { other: text },
    );
  };
  const address = `${boot.public_url ?? location.origin}/display`;
  return (
    <Dialog
      open={open}
      title={t("Pair a screen")}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{t("Cancel")}</Button>
          <Button tone="primary" aria-busy={sending} onClick={() => void pair()}>
            {t("Pair")}
          </Button>
        </>
      }
    >
      <form
        class="pair"
        onSubmit={(event) => {
          event.preventDefault();
          void pair();
        }}
      >
        <p>
          {t("Open this address on the screen; it shows a code.")}{" "}
          <a href={address} target="_blank" rel="noreferrer">
            {address.replace(/^https?:\/\//, "")}
          </a>
        </p>
        <div class="code-field">
          <Field
            label={t("Code on the screen")}
            value={code}
            onValue={(value) => {
              setCode(asCode(value));
              setErrors({});
            }}
            placeholder="ABCD-2345"
            autocomplete="off"
            error={
              errors.code ?? (asking !== null && "code" in asking ? sayOnDesk(asking) : undefined)
            }
            autoFocus
          />
        </div>
        <Asks asking={asking} />
        <Field
          label={t("Name of the screen")}
          value={name}
          onValue={(value) => {
            setName(value);
            setErrors({});
          }}
          autocomplete="off"
          most={60}
          error={errors.name}
        />
        {rooms.value.length > 1 && (
          <Choice
            label={t("Room")}
            value={where || roomId.value || ""}
            options={roomOptions()}
            onValue={setWhere}
          />
        )}
        <Choice
          label={t("Shows")}
          value={layout}
          options={layoutOptions()}
          onValue={(value) => setLayout(value as Layout)}
        />
        <Miniature
          of={{
            name,
            room: where || roomId.value || "",
            layout,
            options: PLAIN,
            paired_at: 0,
            blackout: false,
          }}
        />
        {errors.other && (
          <p class="field-error" role="alert">
            {errors.other}
          </p>
        )}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
