// The reader's own zone beside the venue's, in an agenda that the server wrote.

import { cityOf, dateKey, ownZone, range, t } from "../../i18n.ts";

/** Fills in the reader's own times below `root`, where they are not there anyway. */
export function ownTimes(root: ParentNode): void {
  for (const place of root.querySelectorAll<HTMLElement>("[data-own-time]")) {
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
}
