/** What an action is: its names, its keys, where it applies, and what it does. */
import type { LucideIcon } from "lucide-react";

/** `On` is what it is done with: a tab, a node, or nothing but the window. */
export interface Action<On = void> {
  /** What the palette calls it. */
  title: (on: On) => string;
  /** What menus and buttons call it, where their place says the rest. */
  label?: (on: On) => string;
  /** Words that the palette finds it by as well. */
  also?: string;
  /** The keys of the window that do it, the ones to show first. */
  keys?: readonly string[];
  /** The action whose keys do the same, where this one stands for it. */
  keysOf?: string;
  /** The key that does it while its row has the focus, in the tree or in a table. */
  rowKey?: "Enter" | "F2" | "Delete" | "Mod+C";
  /** Whether it makes sense here at all; always, if it is left out. */
  applies?: (on: On) => boolean;
  /** Whether it can be done now: menus show it in grey otherwise, and the palette leaves it out. */
  ready?: (on: On) => boolean;
  run: (on: On) => void;
  /** Whether the palette offers it. */
  listed?: boolean;
  danger?: (on: On) => boolean;
  /** For menus that have icons. */
  icon?: LucideIcon;
}

export type Actions<On = void> = Record<string, Action<On>>;
