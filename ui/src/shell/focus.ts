/**
 * Keeps the focus where the user was. What lies over the work (dialogs, palette, menus, messages) only borrows it, and
 * when the element that has it goes, what stands nearest to it gets it: it never falls to the page's body, where keys
 * do nothing.
 */

import { isCovered as hasDialog, useDialogs } from "../window/dialogs";
import {
  fleetEntry,
  focusWhenThere,
  forgetWantedFocus,
  forwardsEntry,
  isFocusWanted,
  rowOf,
  settingsEntry,
  settleFocus,
  terminalInput,
  useFocusPlace,
} from "../window/focus";
import { useFrame } from "../window/frame";
import { useLayout } from "../workbench/tabs";

/** Where the user was: the element, and what to look for when it is drawn anew or gone. */
interface Home {
  element: HTMLElement;
  area: string | null;
  row: string | null;
}

const OVER = "[role=dialog], [role=alertdialog], [role=menu], [role=listbox], [data-messages]";

/** Listens from now on; the returned function stops. */
export function keepFocus(): () => void {
  let home: Home | null = null;
  let inWorkbench: Home | null = null;
  let checking = 0;
  let restoring = false;

  const onFocusIn = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement) || target === document.body || target.closest(OVER) !== null) return;
    home = homeAt(target);
    useFocusPlace.setState({ area: home.area, inTerminal: target.closest(".xterm") !== null });
    if (!restoring) forgetWantedFocus();
  };
  const goHome = () => {
    restoring = true;
    restore(home);
    restoring = false;
  };
  const check = () => {
    checking = 0;
    if (isCovered() || settleFocus() || !isLost()) return;
    // A click beside everything takes the focus away and means it: then the element is still there.
    if (home === null || !isUsable(home.element)) goHome();
  };
  const checkSoon = () => {
    if (checking === 0) checking = requestAnimationFrame(check);
  };
  const comeBack = () =>
    requestAnimationFrame(() => {
      if (!isCovered() && !settleFocus() && isLost()) goHome();
    });

  const stopDialogs = useDialogs.subscribe((now, before) => {
    if (!hasDialog(now) && hasDialog(before)) comeBack();
  });
  const stopPages = useFrame.subscribe(({ page }, before) => {
    if (page === before.page) return;
    if (before.page === "workbench") inWorkbench = home;
    if (page === "settings") focusWhenThere(settingsEntry);
    else if (page === "forwards") {
      if (!isFocusWanted()) focusWhenThere(forwardsEntry);
    } else if (page === "fleet") {
      if (!isFocusWanted()) focusWhenThere(fleetEntry);
    } else {
      home = inWorkbench ?? home;
      comeBack();
    }
  });
  const observer = new MutationObserver(() => {
    if (isFocusWanted() || isLost()) checkSoon();
  });
  document.addEventListener("focusin", onFocusIn);
  document.addEventListener("mousedown", keepWhilePressed, { capture: true });
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ["hidden", "disabled"] });
  checkSoon();
  return () => {
    cancelAnimationFrame(checking);
    observer.disconnect();
    document.removeEventListener("focusin", onFocusIn);
    document.removeEventListener("mousedown", keepWhilePressed, { capture: true });
    stopDialogs();
    stopPages();
  };
}

/** The buttons of the frame are pressed in passing: the mouse leaves the focus where the user works. */
function keepWhilePressed(event: MouseEvent) {
  const button = event.target instanceof Element ? event.target.closest("[data-keeps-focus] button") : null;
  if (button !== null && !button.hasAttribute("aria-haspopup")) event.preventDefault();
}

function homeAt(element: HTMLElement): Home {
  const area = element.closest<HTMLElement>("[data-area]")?.dataset.area ?? null;
  return { element, area, row: element.closest<HTMLElement>("[data-row]")?.dataset.row ?? null };
}

/** Whether something lies over the work that keeps its own focus. */
function isCovered(): boolean {
  return hasDialog() || document.querySelector("[role=menu]") !== null;
}

function isLost(): boolean {
  const active = document.activeElement;
  return active === null || active === document.body || active.closest("[hidden]") !== null || !active.isConnected;
}

function isUsable(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(":disabled") && element.closest("[hidden], [inert]") === null;
}

function restore(home: Home | null) {
  const places = [
    home?.element,
    home?.row == null ? null : rowOf(home.row),
    home?.area == null ? null : insideArea(home.area),
    atStart(),
  ];
  for (const place of places) {
    if (place == null || !isUsable(place)) continue;
    place.focus();
    if (document.activeElement === place) return;
  }
}

/**
 * What stands for a area whose element is gone. Never another row of the tree: Enter would open something that nobody
 * looked at. The tree itself leads on from the place of the row that went.
 */
function insideArea(name: string): HTMLElement | null {
  const area = document.querySelector<HTMLElement>(`[data-area="${name}"]`);
  if (area === null) return null;
  switch (name) {
    case "pane":
      return terminal() ?? area;
    case "tabs":
      return area.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]') ?? terminal();
    case "sidebar":
      return tree() ?? settingsEntry();
    default:
      return area.tabIndex === -1 && area.hasAttribute("tabindex") ? area : area.querySelector("button");
  }
}

/** The input of the terminal that is shown. */
function terminal(): HTMLElement | null {
  const { active } = useLayout.getState();
  return active === null ? null : terminalInput(active);
}

/** Where a person begins who was nowhere yet. */
function atStart(): HTMLElement | null {
  const { page } = useFrame.getState();
  const entries = {
    workbench: () => terminal() ?? tree(),
    fleet: () => fleetEntry() ?? document.querySelector<HTMLElement>('[data-area="page"]'),
    forwards: forwardsEntry,
    settings: settingsEntry,
  };
  return entries[page]() ?? document.querySelector("main");
}

function tree(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[role=tree]");
}
