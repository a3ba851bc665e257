// "Live" and "Agenda" as two tabs of one page. The addresses' fragments choose (the style sheet reads
// `:target`); this file marks the chosen one and brings each back to where it was read.

const CURRENT = "aria-current";

function links(): HTMLAnchorElement[] {
  return [...document.querySelectorAll<HTMLAnchorElement>(".event-nav a")];
}

/** What the address points to. Ids are plain ASCII, so that nothing needs to be decoded. */
function pointedTo(): HTMLElement | null {
  return document.getElementById(location.hash.slice(1));
}

/** Which link the address means: the agenda's also for one of its sessions. */
function chosen(): string {
  const target = pointedTo();
  const section = target?.closest("#about, .event-main");
  if (section === null || section === undefined) return "#live";
  return section.id === "about" ? "#about" : "#agenda";
}

/** Where not all tabs fit, the chosen one stands in the middle, or as near to it as can be. */
function bringIntoView(link: HTMLElement): void {
  const list = link.closest("ul");
  if (list === null) return;
  const [tab, all] = [link.getBoundingClientRect(), list.getBoundingClientRect()];
  list.scrollBy({ left: (tab.left + tab.right - all.left - all.right) / 2, behavior: "instant" });
}

export function keepPlaces(): void {
  const places = new Map<string, number>();
  let at = chosen();
  const mark = (): void => {
    for (const link of links())
      if (link.hash === at) {
        link.setAttribute(CURRENT, "true");
        bringIntoView(link);
      } else link.removeAttribute(CURRENT);
  };
  for (const link of links())
    link.addEventListener("click", () => {
      places.set(at, scrollY);
    });
  addEventListener("hashchange", () => {
    const before = at;
    at = chosen();
    mark();
    if (before !== at && at === "#live")
      scrollTo({ top: places.get(at) ?? 0, behavior: "instant" });
  });
  mark();
  // the page above has changed its height since the browser went to where the address points
  const target = pointedTo();
  if (target !== null) requestAnimationFrame(() => target.scrollIntoView({ behavior: "instant" }));
}
