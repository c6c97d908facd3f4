/** The areas of the window that F6 walks through. */

const ORDER = ["rail", "sidebar", "tabs", "pane", "inspector", "page", "status"] as const;

export type WindowArea = (typeof ORDER)[number];

/** Focuses the next area that is there, from the one that has the focus. */
export function nextArea(step: 1 | -1) {
  const areas = ORDER.flatMap((name) => {
    const element = document.querySelector<HTMLElement>(`[data-area="${name}"]`);
    return element === null || element.offsetParent === null ? [] : [element];
  });
  const at = areas.findIndex((area) => area.contains(document.activeElement));
  const from = at < 0 && step < 0 ? 0 : at;
  for (let tried = 1; tried <= areas.length; tried += 1) {
    const area = areas[(from + step * tried + areas.length * 2) % areas.length];
    if (area !== undefined && focusInside(area)) return;
  }
}

/** What stands for a area, the best first: where a person was, then any control. */
const PREFERRED = [
  '[role="treeitem"][tabindex="0"]',
  '[role="tab"][tabindex="0"]',
  "textarea.xterm-helper-textarea",
  "[data-area-focus]",
  "button:not([disabled]), input, a[href]",
];

function focusInside(area: HTMLElement): boolean {
  const candidates = PREFERRED.flatMap((selector) => [...area.querySelectorAll<HTMLElement>(selector)]);
  candidates.find((element) => element.offsetParent !== null)?.focus();
  return area.contains(document.activeElement);
}
