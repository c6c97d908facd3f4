/** What the page remembers by itself from one start to the next. */

/** Keeps some values under a name. */
export function remember(name: string, values: object) {
  try {
    localStorage.setItem(name, JSON.stringify(values));
  } catch {
    // A full or forbidden storage costs the memory of a width, nothing else.
  }
}

/** The values that were kept; whatever they are, for an older or newer page may have written them. */
export function recall(name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(name) ?? "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
