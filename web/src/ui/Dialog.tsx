import { X } from "lucide";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n.ts";
import { Button } from "./Button.tsx";

/** A modal dialog: the browser's own, so focus and Escape behave. */
export function Dialog(props: {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** For forms with several fields beside one another. */
  wide?: boolean;
  /** The buttons, the chosen one last. */
  actions?: ComponentChildren;
}) {
  const { open, title, onClose, children, wide = false, actions } = props;
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  return (
    <dialog
      class={wide ? "dialog wide" : "dialog"}
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      {open && (
        <div class="dialog-body">
          <header>
            <h2 id={id}>{title}</h2>
            <Button tone="plain" icon={X} label={t("Close")} onClick={onClose} />
          </header>
          {children}
          {actions && <footer>{actions}</footer>}
        </div>
      )}
    </dialog>
  );
}
