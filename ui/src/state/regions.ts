/** The regions of the window that F6 walks through. */

const ORDER = ["rail", "sidebar", "tabs", "pane", "inspector", "page", "status"] as const;

export type WindowRegion = (typeof ORDER)[number];

/** Focuses the next region that is there, from the one that has the focus. */
export function nextRegion(step: 1 | -1) {
  const regions = ORDER.flatMap((name) => {
    const element = document.querySelector<HTMLElement>(`[data-region="${name}"]`);
    return element === null || element.offsetParent === null ? [] : [element];
  });
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const from = at < 0 && step < 0 ? 0 : at;
  for (let tried = 1; tried <= regions.length; tried += 1) {
    const region = regions[(from + step * tried + regions.length * 2) % regions.length];
    if (region !== undefined && focusInside(region)) return;
  }
}

/** What a region wants focused, else its first control that takes the focus. */
function focusInside(region: HTMLElement): boolean {
  const wanted = region.querySelector<HTMLElement>(
    '[data-region-focus], [tabindex="0"], textarea.xterm-helper-textarea',
  );
  const first = wanted ?? region.querySelector<HTMLElement>("button:not([disabled]), input, a[href]");
  first?.focus();
  return first !== null && region.contains(document.activeElement);
}
