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

/** What stands for a region, the best first: where a person was, then any control. */
const PREFERRED = [
  '[role="treeitem"][tabindex="0"]',
  '[role="tab"][tabindex="0"]',
  "textarea.xterm-helper-textarea",
  "[data-region-focus]",
  "button:not([disabled]), input, a[href]",
];

function focusInside(region: HTMLElement): boolean {
  const candidates = PREFERRED.flatMap((selector) => [...region.querySelectorAll<HTMLElement>(selector)]);
  candidates.find((element) => element.offsetParent !== null)?.focus();
  return region.contains(document.activeElement);
}
