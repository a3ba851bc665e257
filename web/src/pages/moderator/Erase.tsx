// The organiser's last question before what a question says is erased.

import { t, tn } from "../../i18n.ts";
import { state } from "../../state/store.ts";
import { Button, Dialog } from "../../ui/index.ts";
import { erase, erasing } from "./decide.ts";
import { mergedIn } from "./model.ts";

export function Erase() {
  const id = erasing.value;
  const question = id === null ? undefined : state.value?.questions[id];
  const merged = mergedIn(id).length;
  const close = (): void => void (erasing.value = null);
  return (
    <Dialog
      open={question !== undefined && question.status !== "redacted"}
      title={t("Erase this question for good?")}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{t("Cancel")}</Button>
          <Button
            tone="danger"
            onClick={(event) => {
              // closed first, so that the focus goes on from where it was
              event.currentTarget.closest("dialog")?.close();
              if (id !== null) void erase(id);
            }}
          >
            {t("Erase for good")}
          </Button>
        </>
      }
    >
      <p>
        {t(
          "Its text, its author's name and every reply and note are erased for good, everywhere: on all pages and screens, for the author too. Nothing brings them back. Only backups that were made before still hold them.",
        )}
      </p>
      {merged > 0 && (
        <p>
          {tn(
            "{n} question was merged into it. It is not erased, but goes out of sight with it; split it off to bring it back.",
            "{n} questions were merged into it. They are not erased, but go out of sight with it; split them off to bring them back.",
            merged,
          )}
        </p>
      )}
      <p class="erase-text" dir="auto">
        “{question?.text}”
      </p>
    </Dialog>
  );
}
