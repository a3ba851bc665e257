// Requests of the organiser's page, in the organiser's name. Failures are values.

import { boot } from "../../boot.ts";
import { t, tongue } from "../../i18n.ts";
import type { ErrorBody } from "../../net/protocol.gen.ts";

export type Answer<T> = { ok: true; body: T } | { ok: false; error: ErrorBody };

interface Options {
  method?: "GET" | "POST";
  body?: Blob | string | null;
  signal?: AbortSignal;
  /** How much was sent, 0 to 1. */
  onSent?: (share: number) => void;
}

function away(): ErrorBody {
  return {
    code: "unavailable",
    message: t("The server cannot be reached. Nothing was changed; try again in a moment."),
    retryable: true,
  };
}

function errorIn(body: unknown): ErrorBody {
  const error = (body as { error?: ErrorBody } | null)?.error;
  return error ?? away();
}

/**
 * Asks below `/api/v1/events/{event}/`; what is said of an agenda file comes in the page's language.
 * Only XMLHttpRequest tells how much was sent.
 */
export function ask<T>(path: string, options: Options = {}): Promise<Answer<T>> {
  const { method = "GET", body = null, signal, onSent } = options;
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    const as = `${path.includes("?") ? "&" : "?"}as=organiser&lang=${tongue.value.locale}`;
    request.open(method, `/api/v1/events/${boot.event}/${path}${as}`);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    if (body !== null) request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onSent?.(event.loaded / event.total);
    };
    request.upload.onload = () => onSent?.(1);
    request.onload = () => {
      const answer: unknown = request.response;
      if (request.status < 300 && answer !== null) done({ ok: true, body: answer as T });
      else done({ ok: false, error: errorIn(answer) });
    };
    request.onerror = request.ontimeout = () => done({ ok: false, error: away() });
    request.onabort = () => done({ ok: false, error: away() });
    signal?.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}
