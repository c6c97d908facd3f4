/** Keys of the window: Postern's own are taken before the terminal sees them, all others are left alone. */
import { runBound } from "../state/commands";
import { closePalette, useDialogs } from "../state/dialogs";
import { actionFor, type Place } from "../state/keymap";
import { isMac } from "../state/platform";

/** Listens from now on; the returned function stops. */
export function listenToKeys(): () => void {
  window.addEventListener("keydown", onKey, { capture: true });
  return () => window.removeEventListener("keydown", onKey, { capture: true });
}

function onKey(event: KeyboardEvent) {
  if (event.isComposing) return;
  const place = placeOf(document.activeElement);
  const action = actionFor(event, place);
  if (action === null) return;
  const { open, palette } = useDialogs.getState();
  if (palette !== null && action === "palette") closePalette();
  else if (open !== null || palette !== null) return;
  // The system pastes by itself where the focus is; only elsewhere it is an action.
  else if (action === "paste" && place.inTerminal) return;
  else runBound(action);
  event.preventDefault();
  event.stopPropagation();
}

function placeOf(focused: Element | null): Place {
  const inTerminal = focused?.closest(".xterm") != null;
  const field = focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement;
  return { mac: isMac, inTerminal, inField: field && !inTerminal };
}
