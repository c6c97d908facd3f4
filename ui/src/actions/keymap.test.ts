import { expect, test } from "vitest";
import type { KeyPress } from "../window/chords";
import { actionFor, keysOf, type Place } from "./keymap";

const window: Place = { mac: false, inTerminal: false, inField: false };
const terminal: Place = { ...window, inTerminal: true };
const field: Place = { ...window, inField: true };

/** "Ctrl+Shift+K" as the browser reports it. */
function press(keys: string): KeyPress {
  const parts = keys.split("+");
  const name = parts.at(-1) ?? "";
  const shiftKey = parts.includes("Shift");
  const code = name === "," ? "Comma" : /^[A-Z]$/.test(name) ? `Key${name}` : /^\d$/.test(name) ? `Digit${name}` : name;
  const key = /^[A-Z]$/.test(name) && !shiftKey ? name.toLowerCase() : name;
  return {
    key,
    code,
    shiftKey,
    ctrlKey: parts.includes("Ctrl"),
    altKey: parts.includes("Alt"),
    metaKey: parts.includes("Cmd"),
  };
}

test("outside terminals Ctrl+K is the palette and Ctrl+T the connect dialog", () => {
  expect(actionFor(press("Ctrl+K"), window)).toBe("palette");
  expect(actionFor(press("Ctrl+T"), window)).toBe("connect");
  expect(actionFor(press("Ctrl+,"), window)).toBe("settings");
  expect(actionFor(press("/"), window)).toBe("search");
});

test("a focused terminal keeps every plain Ctrl+letter", () => {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  for (const letter of letters) expect(actionFor(press(`Ctrl+${letter}`), terminal)).toBeNull();
  for (const letter of letters) expect(actionFor(press(`Alt+${letter}`), terminal)).toBeNull();
  for (const key of ["/", "Ctrl+,", "Enter", "Delete", "F2"]) expect(actionFor(press(key), terminal)).toBeNull();
});

test("Ctrl+Shift, Ctrl+Tab, Ctrl+Page, F6 and Alt+digit reach Postern from a terminal", () => {
  const expected = {
    "Ctrl+Shift+K": "palette",
    "Ctrl+Shift+O": "connect",
    "Ctrl+Shift+R": "run-document",
    "Ctrl+Shift+T": "duplicate-session",
    "Ctrl+Shift+W": "close-tab",
    "Ctrl+Shift+,": "settings",
    "Ctrl+Shift+F": "find",
    "Ctrl+Shift+C": "copy",
    "Ctrl+Shift+V": "paste",
    "Ctrl+Shift+N": "toggle-inspector",
    "Ctrl+Tab": "recent-tab",
    "Ctrl+Shift+Tab": "older-tab",
    "Ctrl+PageDown": "next-tab",
    "Ctrl+PageUp": "previous-tab",
    F6: "next-area",
    "Shift+F6": "previous-area",
    "Alt+3": "tab-3",
  };
  for (const [keys, action] of Object.entries(expected)) expect(actionFor(press(keys), terminal)).toBe(action);
});

test("on macOS Cmd is free in terminals, and Ctrl stays the shell's", () => {
  const mac = { ...terminal, mac: true };
  expect(actionFor(press("Cmd+K"), mac)).toBe("palette");
  expect(actionFor(press("Cmd+T"), mac)).toBe("connect");
  expect(actionFor(press("Ctrl+K"), mac)).toBeNull();
  expect(actionFor({ ...press("Alt+1"), key: "¡" }, mac)).toBe("tab-1");
});

test("a slash in a text field is a slash", () => {
  expect(actionFor(press("/"), field)).toBeNull();
  expect(actionFor(press("Ctrl+K"), field)).toBe("palette");
});

test("keys are found by their place where the layout has another script", () => {
  expect(actionFor({ ...press("Ctrl+Shift+K"), key: "Л", code: "KeyK" }, terminal)).toBe("palette");
});

test("caps follow the platform", () => {
  expect(keysOf("close-tab", false)).toEqual(["Ctrl", "Shift", "W"]);
  expect(keysOf("close-tab", true)).toEqual(["⌘", "⇧", "W"]);
  expect(keysOf("sync-all", false)).toEqual([]);
});

test("for a terminal the keys are shown that work there", () => {
  expect(keysOf("palette", false)).toEqual(["Ctrl", "K"]);
  expect(keysOf("palette", false, true)).toEqual(["Ctrl", "Shift", "K"]);
  expect(keysOf("settings", false, true)).toEqual(["Ctrl", "Shift", ","]);
  expect(keysOf("recent-tab", false, true)).toEqual(["Ctrl", "Tab"]);
  expect(keysOf("palette", true, true)).toEqual(["⌘", "K"]);
});

test("Ctrl+Shift+comma is told by its place, for Shift makes another sign of it", () => {
  expect(actionFor({ ...press("Ctrl+Shift+,"), key: "<" }, terminal)).toBe("settings");
  expect(actionFor({ ...press("Ctrl+Shift+,"), key: ";" }, terminal)).toBe("settings");
});
