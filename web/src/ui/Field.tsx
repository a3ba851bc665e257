// One-line and growing text fields. Lengths are counted as the server counts them: in graphemes.

import type { Ref } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t, tn } from "../i18n.ts";

const segmenter = typeof Intl.Segmenter === "function" ? new Intl.Segmenter() : undefined;

/** How many characters a reader sees. */
export function graphemes(text: string): number {
  if (segmenter === undefined) return [...text].length;
  let n = 0;
  for (const _ of segmenter.segment(text)) n++;
  return n;
}

interface Shared {
  label: string;
  /** Keep the label for screen readers only, where the place says what it is. */
  hideLabel?: boolean;
  value: string;
  onValue: (value: string) => void;
  hint?: string | undefined;
  error?: string | undefined;
  /** The most characters; the counter shows as it comes near. */
  most?: number | undefined;
}

interface FieldProps extends Shared {
  type?: "text" | "search" | "email" | "password" | "number" | "time" | "datetime-local";
  name?: string;
  autocomplete?: string;
  placeholder?: string;
  inputMode?: string;
  /** The id of a `datalist`. */
  list?: string;
  /** In seconds, of times. */
  step?: number;
  required?: boolean;
  disabled?: boolean;
  autoFocus?: boolean;
}

function Notes({ id, hint, error, most, value }: Shared & { id: string }) {
  const count = most === undefined ? 0 : graphemes(value);
  const near = most !== undefined && count > most * 0.75;
  return (
    <div class="field-notes" id={`${id}-notes`}>
      {error ? (
        <p class="field-error" role="alert">
          {error}
        </p>
      ) : (
        hint && <p>{hint}</p>
      )}
      {near && (
        <p class={`field-count figures${count > most ? " too-long" : ""}`}>
          {count > most
            ? tn("{n} character too long", "{n} characters too long", count - most)
            : tn("{n} character left", "{n} characters left", most - count)}
        </p>
      )}
    </div>
  );
}

export function Field(props: FieldProps) {
  const { label, hideLabel, value, onValue, hint, error, most, ...rest } = props;
  const id = useId();
  return (
    <div class="field">
      <label for={id} class={hideLabel ? "visually-hidden" : undefined}>
        {label}
      </label>
      <input
        {...(rest as object)}
        id={id}
        value={value}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-notes`}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      <Notes {...props} id={id} />
    </div>
  );
}

type TextAreaProps = Shared & {
  placeholder?: string;
  rows?: number;
  /** Ctrl+Enter, or the Mac's command key with Enter. */
  onSubmit?: () => void;
  onCancel?: () => void;
  inputRef?: Ref<HTMLTextAreaElement>;
  autoFocus?: boolean;
};

/** A text field that grows with its text. */
export function TextArea(props: TextAreaProps) {
  const { label, hideLabel, value, onValue, error, placeholder, rows = 1 } = props;
  const id = useId();
  const own = useRef<HTMLTextAreaElement | null>(null);
  useEffect(() => {
    const area = own.current;
    if (area === null || CSS.supports("field-sizing", "content")) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }, [value]);
  return (
    <div class="field">
      <label for={id} class={hideLabel ? "visually-hidden" : undefined}>
        {label}
      </label>
      <textarea
        id={id}
        ref={(area) => {
          own.current = area;
          if (typeof props.inputRef === "function") props.inputRef(area);
          else if (props.inputRef) props.inputRef.current = area;
        }}
        rows={rows}
        value={value}
        placeholder={placeholder ?? ""}
        autoFocus={props.autoFocus ?? false}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-notes`}
        title={props.onSubmit && t("Ctrl+Enter sends")}
        onInput={(event) => onValue(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
            event.preventDefault();
            props.onSubmit?.();
          } else if (event.key === "Escape" && props.onCancel && !event.isComposing) {
            event.preventDefault();
            props.onCancel();
          }
        }}
      />
      <Notes {...props} id={id} />
    </div>
  );
}
