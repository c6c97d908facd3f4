/** Key presses and how keys are written: "Mod+Shift+K", where `Mod` is Cmd on macOS and Ctrl elsewhere, and `Ctrl` always Ctrl. */

/** The part of a keyboard event that matters. */
export interface KeyPress {
  key: string;
  code: string;
  ctrlKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** "Mod+Shift+K" as caps of the platform. */
export function caps(keys: string, mac: boolean): readonly string[] {
  const names = mac ? MAC_CAPS : PLAIN_CAPS;
  return keys.split("+").map((key) => names[key] ?? key);
}

/** Whether the press is these keys. */
export function isPressed(keys: string, press: KeyPress, mac: boolean): boolean {
  return keys.replace("Mod", mac ? "Cmd" : "Ctrl") === chordOf(press, mac);
}

/** Whether a terminal leaves such keys to Postern, outside macOS. */
export function reachesTerminal(keys: string): boolean {
  return keys.includes("Shift+") || !/^Mod\+[A-Z,]$/.test(keys);
}

/** Programs in a terminal own Ctrl+letter; Postern only takes what they cannot see or do not use. */
export function passesTerminal(press: KeyPress, mac: boolean): boolean {
  if (mac && press.metaKey) return true;
  if (press.key === "F6") return true;
  if (press.ctrlKey && (press.shiftKey || press.key === "Tab" || press.key.startsWith("Page"))) return true;
  return press.altKey && !press.ctrlKey && press.code.startsWith("Digit");
}

/** The press as it is written here: "Ctrl+Shift+K". */
export function chordOf(press: KeyPress, mac: boolean): string {
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

const PLAIN_CAPS: Record<string, string> = { Mod: "Ctrl", PageDown: "PgDn", PageUp: "PgUp", Delete: "Del" };
const MAC_CAPS: Record<string, string> = {
  Mod: "⌘",
  Ctrl: "⌃",
  Shift: "⇧",
  Alt: "⌥",
  PageDown: "PgDn",
  PageUp: "PgUp",
  Delete: "Del",
};
