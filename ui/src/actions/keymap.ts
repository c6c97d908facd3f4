/** Which key press means which action, and where. */

/** The part of a keyboard event that matters. */
export interface KeyPress {
  key: string;
  code: string;
  ctrlKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** Where the focus is. */
export interface Place {
  mac: boolean;
  inTerminal: boolean;
  /** In a text field that is not the terminal. */
  inField: boolean;
}

/** `Mod` is Cmd on macOS and Ctrl elsewhere; `Ctrl` is always Ctrl. */
const BINDINGS = [
  ["palette", "Mod+K"],
  ["palette", "Mod+Shift+K"],
  ["connect", "Mod+T"],
  ["connect", "Mod+Shift+O"],
  ["run-document", "Mod+Shift+R"],
  ["duplicate-session", "Mod+Shift+T"],
  ["close-tab", "Mod+Shift+W"],
  ["recent-tab", "Ctrl+Tab"],
  ["older-tab", "Ctrl+Shift+Tab"],
  ["next-tab", "Ctrl+PageDown"],
  ["previous-tab", "Ctrl+PageUp"],
  ["toggle-sidebar", "Mod+B"],
  ["toggle-inspector", "Mod+Shift+N"],
  ["find", "Mod+Shift+F"],
  ["copy", "Mod+Shift+C"],
  ["paste", "Mod+Shift+V"],
  ["settings", "Mod+,"],
  ["settings", "Mod+Shift+,"],
  ["next-region", "F6"],
  ["previous-region", "Shift+F6"],
  ["search", "/"],
  ["tab-1", "Alt+1"],
  ["tab-2", "Alt+2"],
  ["tab-3", "Alt+3"],
  ["tab-4", "Alt+4"],
  ["tab-5", "Alt+5"],
  ["tab-6", "Alt+6"],
  ["tab-7", "Alt+7"],
  ["tab-8", "Alt+8"],
  ["tab-9", "Alt+9"],
] as const;

export type BoundAction = (typeof BINDINGS)[number][0];

/** The action a key press means, or null if it belongs to whatever has the focus. */
export function actionFor(press: KeyPress, place: Place): BoundAction | null {
  const chord = chordOf(press, place.mac);
  const found = BINDINGS.find(([, keys]) => written(keys, place.mac) === chord);
  if (found === undefined) return null;
  if (place.inTerminal && !passesTerminal(press, place.mac)) return null;
  if (place.inField && chord === "/") return null;
  return found[0];
}

/** The keys of an action, one cap each: ["Ctrl", "Shift", "K"]; empty if it has none. For a terminal, the ones that work there. */
export function keysOf(action: string, mac: boolean, inTerminal = false): readonly string[] {
  const bound = BINDINGS.filter(([name]) => name === action).map(([, keys]) => keys);
  const found = inTerminal && !mac ? (bound.find(reachesTerminal) ?? bound[0]) : bound[0];
  return found === undefined ? [] : caps(found, mac);
}

/** Whether a terminal leaves such a chord to Postern, outside macOS. */
function reachesTerminal(keys: string): boolean {
  return keys.includes("Shift+") || !/^Mod\+[A-Z,]$/.test(keys);
}

/** "Mod+Shift+K" as caps of the platform. */
export function caps(keys: string, mac: boolean): readonly string[] {
  const names = mac ? MAC_CAPS : PLAIN_CAPS;
  return keys.split("+").map((key) => names[key] ?? key);
}

/** Programs in a terminal own Ctrl+letter; Postern only takes what they cannot see or do not use. */
function passesTerminal(press: KeyPress, mac: boolean): boolean {
  if (mac && press.metaKey) return true;
  if (press.key === "F6") return true;
  if (press.ctrlKey && (press.shiftKey || press.key === "Tab" || press.key.startsWith("Page"))) return true;
  return press.altKey && !press.ctrlKey && press.code.startsWith("Digit");
}

function chordOf(press: KeyPress, mac: boolean): string {
  const parts: string[] = [];
  if (press.ctrlKey) parts.push("Ctrl");
  if (press.metaKey) parts.push(mac ? "Cmd" : "Super");
  if (press.altKey) parts.push("Alt");
  if (press.shiftKey) parts.push("Shift");
  return [...parts, keyName(press)].join("+");
}

/** The letter on the key; its place on the keyboard where the layout has another script or Alt makes another sign. */
function keyName({ key, code, altKey, shiftKey }: KeyPress): string {
  if (code === "Comma" && shiftKey) return ",";
  if (code.startsWith("Digit") && altKey) return code.slice(5);
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  const otherScript = key.length === 1 && key.charCodeAt(0) > 127;
  if (otherScript && code.startsWith("Key")) return code.slice(3);
  return key;
}

function written(keys: string, mac: boolean): string {
  return keys.replace("Mod", mac ? "Cmd" : "Ctrl");
}

const PLAIN_CAPS: Record<string, string> = { Mod: "Ctrl", PageDown: "PgDn", PageUp: "PgUp" };
const MAC_CAPS: Record<string, string> = {
  Mod: "⌘",
  Ctrl: "⌃",
  Shift: "⇧",
  Alt: "⌥",
  PageDown: "PgDn",
  PageUp: "PgUp",
};
