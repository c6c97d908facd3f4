/** Which keys do which action, from the table. */
import { useProgram } from "../program/program";
import { caps, isPressed, type KeyPress, passesTerminal, reachesTerminal } from "../window/chords";
import { useFocusPlace } from "../window/focus";
import { useFrame } from "../window/frame";
import { isMac } from "../window/platform";
import { activeTab } from "../workbench/tabs";
import type { Action, Actions } from "./action";
import { type ActionId, actionOf, TABLE } from "./table";

/** Where the focus is. */
export interface Place {
  mac: boolean;
  inTerminal: boolean;
  /** In a text field that is not the terminal. */
  inField: boolean;
}

/** Every action that has keys of the window, with what a key does it with: the window, or the shown tab. */
const BOUND = (["window", "tab"] as const).flatMap((on) =>
  Object.entries<Action<never>>(TABLE[on] as Actions<never>).flatMap(([id, { keys = [] }]) =>
    keys.map((chord) => ({ id: id as ActionId, on, chord })),
  ),
);

/** The action a key press means, or null if it belongs to whatever has the focus. */
export function actionFor(press: KeyPress, place: Place): ActionId | null {
  const found = BOUND.find(({ chord }) => isPressed(chord, press, place.mac));
  if (found === undefined) return null;
  if (place.inTerminal && !passesTerminal(press, place.mac)) return null;
  if (place.inField && found.chord === "/") return null;
  return found.id;
}

/** Does what a key means, whether or not the palette would offer it now. */
export function runByKey(id: ActionId) {
  if (useProgram.getState().mode === "first-run") return;
  if (BOUND.find((bound) => bound.id === id)?.on === "window") return (actionOf(id) as Action).run();
  const tab = activeTab();
  if (tab !== undefined && useFrame.getState().page === "workbench") actionOf(id).run(tab as never);
}

/** The keys of an action, one cap each: ["Ctrl", "Shift", "K"]; empty if it has none. For a terminal, the ones that work there. */
export function keysOf(id: ActionId, mac = isMac, inTerminal = false): readonly string[] {
  const action = actionOf(id);
  const bound = action.keys ?? (action.keysOf === undefined ? [] : (actionOf(action.keysOf as ActionId).keys ?? []));
  const shown = inTerminal && !mac ? (bound.find(reachesTerminal) ?? bound[0]) : bound[0];
  if (shown !== undefined) return caps(shown, mac);
  return action.rowKey === undefined ? [] : caps(action.rowKey, mac);
}

/** The keys of an action that work where the user is. */
export function useKeysOf(id: ActionId): readonly string[] {
  return keysOf(
    id,
    isMac,
    useFocusPlace((now) => now.inTerminal),
  );
}
