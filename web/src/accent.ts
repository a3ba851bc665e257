// The event's own colour, from which the others are computed (`styles/tokens.css`).

/** Sets the event's accent; nonsense leaves the default. */
export function setAccent(colour: string | undefined): void {
  if (colour && CSS.supports("color", colour))
    document.documentElement.style.setProperty("--event-accent", colour);
}
