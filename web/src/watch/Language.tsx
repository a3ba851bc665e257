// The language of the sound: one stream for each, or renditions inside one stream.

import { t } from "../i18n.ts";
import type { SourceView } from "../net/protocol.gen.ts";
import { Select } from "../ui/index.ts";
import { choices, choose } from "./choices.ts";
import { languageName, sourceName } from "./names.ts";
import type { Player } from "./player.ts";
import { chosenSource } from "./source.ts";

interface Props {
  sources: readonly SourceView[];
  player?: Player | undefined;
}

interface Option {
  id: string;
  name: string;
  choose: () => void;
}

function options({ sources, player }: Props): { all: Option[]; chosen: string } {
  if (sources.length > 1) {
    const chosen = chosenSource(sources, choices.value.language);
    return {
      all: sources.map((one, n) => ({
        id: String(n),
        name: sourceName(one, n),
        choose: () => choose({ language: one.language ?? null }),
      })),
      chosen: String(chosen === undefined ? 0 : sources.indexOf(chosen)),
    };
  }
  const { tracks, chosen } = player?.audio.value ?? { tracks: [], chosen: null };
  return {
    all: tracks.map((one) => ({
      id: one.id,
      name: one.name || (one.language ? languageName(one.language) : one.id),
      choose: () => {
        choose({ language: one.language ?? null });
        player?.chooseAudio(one.id);
      },
    })),
    chosen: chosen ?? "",
  };
}

export function LanguageChoice(props: Props) {
  const { all, chosen } = options(props);
  if (all.length < 2) return null;
  return (
    <label class="watch-choice watch-language">
      <span>{t("Language")}</span>
      <Select
        value={chosen}
        onChange={(event) => all.find((one) => one.id === event.currentTarget.value)?.choose()}
      >
        {all.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </Select>
    </label>
  );
}
