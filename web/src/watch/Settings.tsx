// How to watch: language, captions, less data, sound only, and the keys. Every choice is remembered.

import { Check } from "lucide";
import type { ComponentChildren } from "preact";
import { t } from "../i18n.ts";
import type { SourceView } from "../net/protocol.gen.ts";
import { Icon, Select } from "../ui/index.ts";
import { choices, choose } from "./choices.ts";
import { KEYS } from "./keys.ts";
import { LanguageChoice } from "./Language.tsx";
import type { Player } from "./player.ts";
import { languageName } from "./names.ts";

export function Settings({ player, sources }: { player: Player; sources: readonly SourceView[] }) {
  const { captions, save, soundOnly } = choices.value;
  const there = player.captions.value;
  return (
    <div id="watch-settings" class="watch-settings" popover="auto" aria-label={t("Settings")}>
      <LanguageChoice player={player} sources={sources} />
      {there.length > 0 && (
        <label class="watch-choice">
          <span>{t("Captions")}</span>
          <Select
            value={captions !== null && there.includes(captions) ? captions : ""}
            onChange={(event) => choose({ captions: event.currentTarget.value || null })}
          >
            <option value="">{t("None##captions")}</option>
            {there.map((one) => (
              <option key={one} value={one}>
                {languageName(one)}
              </option>
            ))}
          </Select>
        </label>
      )}
      {(player.canSave.value || save) && (
        <Switch
          on={save}
          what={t("Use less data")}
          onChange={(on) => {
            choose({ save: on });
            player.save(on);
          }}
        >
          {t("A smaller picture.")}
        </Switch>
      )}
      <Switch
        on={soundOnly}
        what={t("Sound only")}
        onChange={(on) => {
          choose({ soundOnly: on });
          player.reopen();
        }}
      >
        {t("No picture, and no data for it where the stream has sound of its own.")}
      </Switch>
      <details class="watch-keys">
        <summary>{t("Keys")}</summary>
        <p class="small">{t("While the focus is in the player:")}</p>
        <dl>
          {KEYS.map((one) => (
            <div key={one.shown}>
              <dt>
                <kbd>{one.shown}</kbd>
              </dt>
              <dd>{one.what()}</dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  );
}

interface SwitchProps {
  on: boolean;
  what: string;
  onChange: (on: boolean) => void;
  children: ComponentChildren;
}

function Switch({ on, what, onChange, children }: SwitchProps) {
  return (
    <label class="watch-switch">
      <input
        type="checkbox"
        class="visually-hidden"
        checked={on}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class="watch-box" aria-hidden="true">
        {on && <Icon of={Check} />}
      </span>
      <span>
        {what}
        <small>{children}</small>
      </span>
    </label>
  );
}
