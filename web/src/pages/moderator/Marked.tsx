// The bar of those that are marked: the same for all of them at once.

import { Check, Merge, Star, Tag, X } from "lucide";
import { t, tn } from "../../i18n.ts";
import { state } from "../../state/store.ts";
import { Button } from "../../ui/index.ts";
import { asking } from "./asking.ts";
import { approveAll, bulk, rejectAll } from "./decide.ts";
import { marked, select, selectShown } from "./model.ts";

export function MarkedBar() {
  const ids = marked.value;
  if (ids.length === 0) return null;
  const questions = state.value?.questions ?? {};
  const pending = ids.filter((id) => questions[id]?.status === "pending").length;
  return (
    <div class="marked-bar" role="toolbar" aria-label={t("Marked questions")}>
      <p>
        <strong>{tn("{n} marked", "{n} marked", ids.length)}</strong>
        <span>{t("Keys act on all of them.")}</span>
      </p>
      <div class="marked-acts">
        {pending > 0 && (
          <Button size="small" tone="primary" icon={Check} shortcut="A" onClick={approveAll}>
            {tn("Approve {n}", "Approve {n}", pending)}
          </Button>
        )}
        <Button size="small" icon={X} shortcut="R" onClick={rejectAll}>
          {tn("Reject {n}", "Reject {n}", ids.length)}
        </Button>
        <Button
          size="small"
          icon={Tag}
          shortcut="L"
          onClick={() => (asking.value = { is: "labels", ids })}
        >
          {t("Label")}
        </Button>
        <Button
          size="small"
          icon={Star}
          shortcut="*"
          onClick={() => void bulk("star", ids, { on: true })}
        >
          {t("Star")}
        </Button>
        {ids.length > 1 && (
          <Button
            size="small"
            icon={Merge}
            shortcut="M"
            onClick={() => (asking.value = { is: "merge", ids })}
          >
            {t("Merge")}
          </Button>
        )}
        <Button size="small" tone="plain" shortcut="Z" onClick={selectShown}>
          {t("All shown")}
        </Button>
        <Button size="small" tone="plain" shortcut="Esc" onClick={() => select([])}>
          {t("Unmark")}
        </Button>
      </div>
    </div>
  );
}
