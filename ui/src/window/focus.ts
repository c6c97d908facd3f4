/** Where the focus goes when an action has a place of its own for it. */
import { create } from "zustand";
import { isCovered } from "./dialogs";

type Place = () => HTMLElement | null;

let wanted: Place | null = null;

/** Where in the window the user is, also while something lies over it. */
export const useFocusPlace = create<{ area: string | null; inTerminal: boolean }>(() => ({
  area: null,
  inTerminal: false,
}));

/**
 * Puts the focus there as soon as it is drawn, unless somebody puts it elsewhere meanwhile. A dialog that was opened meanwhile
 * keeps it until it is closed.
 */
export function focusWhenThere(place: Place) {
  wanted = place;
  requestAnimationFrame(() => {
    if (!isCovered()) settleFocus();
  });
}

/** Puts the keys into the terminal of a tab. */
export function focusTerminal(tab: number) {
  focusWhenThere(() => terminalInput(tab));
}

export function isFocusWanted(): boolean {
  return wanted !== null;
}

/** The focus went elsewhere: whatever was to get it does not any more. */
export function forgetWantedFocus() {
  wanted = null;
}

/** Whether something that was to get the focus was there to take it. */
export function settleFocus(): boolean {
  const element = wanted?.() ?? null;
  if (element === null) return false;
  wanted = null;
  element.focus();
  return true;
}

/** What takes the keys of a tab, while its pane is shown. */
export function terminalInput(tab: number): HTMLElement | null {
  return document.querySelector<HTMLElement>(`#pane-${tab}:not([hidden]) .xterm textarea`);
}

/** The row of the tree with this key, if it is in view. */
export function rowOf(key: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`);
}

/** The row of the forwards that keys reach, or their page while there is none. */
export function forwardsEntry(): HTMLElement | null {
  const page = document.querySelector<HTMLElement>('[data-testid="forwards-page"]');
  return page?.querySelector<HTMLElement>('[data-row][tabindex="0"]') ?? page?.querySelector("button") ?? page;
}

/** The row of the fleet page that keys reach: of a node, or of a container. */
export function fleetEntry(): HTMLElement | null {
  const page = document.querySelector<HTMLElement>('[data-testid="fleet-page"]');
  return page?.querySelector<HTMLElement>(':is([data-place], [data-container])[tabindex="0"]') ?? null;
}

/** The entry of the settings' navigation that is shown. */
export function settingsEntry(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-settings] [aria-current=page]");
}
