// RFC 7386: what a merge patch makes of a value. Unchanged parts keep their identity, so that a
// component that holds one can tell by `===` that nothing happened to it.

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns `target` with `patch` applied; neither is changed. */
export function merge<T>(target: T, patch: unknown): T {
  if (!isObject(patch)) return patch as T;
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete result[key];
    else result[key] = merge(Object.hasOwn(result, key) ? result[key] : undefined, change);
  }
  return result as T;
}
