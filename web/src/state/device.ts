// What this device remembers: small values in local storage, which may be full or forbidden.

/** The value kept under `slot`, or null. */
export function kept<T>(slot: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(slot) ?? "null") as T | null;
  } catch {
    return null;
  }
}

/** Keeps a value; null forgets it. */
export function keep(slot: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(slot);
    else localStorage.setItem(slot, JSON.stringify(value));
  } catch {
    // it lives as long as the page
  }
}
