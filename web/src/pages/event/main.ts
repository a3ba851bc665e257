// The public page without its live part: the reader's own zone beside the venue's.

import "../../boot.ts";
import { cityOf, dateKey, ownZone, range, t } from "../../i18n.ts";

for (const place of document.querySelectorAll<HTMLElement>("[data-own-time]")) {
  const [from, to] = [Number(place.dataset["from"]), Number(place.dataset["to"])];
  const shown = (place.dataset["zones"] ?? "").split(" ");
  const time = range(from, to, ownZone);
  if (
    shown.some(
      (zone) =>
        zone && dateKey(from, zone) + range(from, to, zone) === dateKey(from, ownZone) + time,
    )
  )
    continue;
  const [figure, whose] = [document.createElement("time"), document.createElement("span")];
  figure.textContent = time;
  whose.textContent = t("{city}, your time", { city: cityOf(ownZone) });
  place.replaceChildren(figure, whose);
  place.hidden = false;
}
