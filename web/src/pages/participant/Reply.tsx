// A written reply, set apart from the question.

import { CornerDownRight } from "lucide";
import { t } from "../../i18n.ts";
import { Icon } from "../../ui/index.ts";

export function Reply({ text }: { text: string }) {
  return (
    <div class="reply">
      <Icon of={CornerDownRight} label={t("Reply##text")} />
      <p dir="auto">{text}</p>
    </div>
  );
}
