// Every action of the page by its name: Ctrl+K, the Mac's command key with K, or a full stop.

import { t } from "../i18n.ts";
import { Picker } from "./Picker.tsx";
import { choosing, keyName, shortcuts } from "./shortcuts.tsx";

/** Once per page. */
export function Palette() {
  if (!choosing.value) return null;
  const able = shortcuts.value.filter((one) => one.can?.() ?? true);
  const nameOf = (n: number): string => `act-${n}`;
  return (
    <Picker
      title={t("All actions")}
      placeholder={t("What do you want to do?")}
      items={able.map((one, n) => ({
        id: nameOf(n),
        text: one.what,
        key: keyName(one),
        group: one.group,
      }))}
      onPick={(id) => able.find((_, n) => nameOf(n) === id)?.act()}
      onClose={() => (choosing.value = false)}
    />
  );
}
