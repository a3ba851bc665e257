// A dialog that asks for something: what to fill in, Cancel, and the button that does it.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { t } from "../i18n.ts";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";

export function FormDialog(props: {
  title: string;
  wide?: boolean;
  /** What the button does, and how it looks; Enter in a field does the same. */
  submit: string;
  tone?: "primary" | "danger";
  busy?: boolean;
  /** There is nothing to send. */
  disabled?: boolean;
  /** What is wrong with all of it, rather than with one field. */
  error?: string | undefined;
  onSubmit: () => void;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const { title, wide, submit, tone = "primary", busy, disabled, error, onSubmit, onClose } = props;
  const id = useId();
  return (
    <Dialog
      open
      wide={wide === true}
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button tone={tone} type="submit" form={id} aria-busy={busy} disabled={disabled}>
            {submit}
          </Button>
        </>
      }
    >
      <form
        id={id}
        class="edit"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {props.children}
        {error !== undefined && (
          <p class="field-error" role="alert">
            {error}
          </p>
        )}
      </form>
    </Dialog>
  );
}
