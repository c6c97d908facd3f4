/** Keys of the window: Postern's own are taken before the terminal sees them, all others are left alone. */
import { actionFor, type Place, runByKey } from "../actions/keymap";
import { closePalette, isCovered, useDialogs } from "../window/dialogs";
import { frame, useFrame } from "../window/frame";
import { isMac } from "../window/platform";

/** Listens from now on; the returned function stops. */
export function listenToKeys(): () => void {
  window.addEventListener("keydown", onKey, { capture: true });
  window.addEventListener("keydown", onEscape);
  return () => {
    window.removeEventListener("keydown", onKey, { capture: true });
    window.removeEventListener("keydown", onEscape);
  };
}

/** Esc leaves the settings and the forwards, unless it means something nearer: a list, a menu, a dialog. */
function onEscape(event: KeyboardEvent) {
  if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || isCovered()) return;
  const isNearer = document.querySelector("[role=menu], [role=listbox]") !== null;
  if (useFrame.getState().page !== "workbench" && !isNearer) frame.show("workbench");
}

function onKey(event: KeyboardEvent) {
  if (event.isComposing) return;
  const place = placeOf(document.activeElement);
  const action = actionFor(event, place);
  if (action === null) return;
  const { palette } = useDialogs.getState();
  if (palette !== null && action === "palette") closePalette();
  else if (isCovered()) return;
  // The system pastes by itself where the focus is; only elsewhere it is an action.
  else if (action === "paste" && place.inTerminal) return;
  else runByKey(action);
  event.preventDefault();
  event.stopPropagation();
}

function placeOf(focused: Element | null): Place {
  const inTerminal = focused?.closest(".xterm") != null;
  const field = focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement;
  return { mac: isMac, inTerminal, inField: field && !inTerminal };
}
