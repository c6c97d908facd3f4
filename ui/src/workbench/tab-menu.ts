/** The menus of a tab, its header and its terminal. */
import { menuOf } from "../actions/menus";
import type { TabView } from "../ipc/contract";
import type { MenuEntry } from "../kit/menu";

/** What the menu of a terminal offers: its text first, then its session. */
export function terminalMenu(tab: TabView): MenuEntry[] {
  return [...menuOf("tab", ["copy", "paste", "select-all"], tab), "line", ...tabMenu(tab)];
}

/** What the menus of a tab and of its header offer. */
export function tabMenu(tab: TabView): MenuEntry[] {
  return menuOf(
    "tab",
    [
      ...(["duplicate-session", "reconnect", "run-on-tab", "find", "line"] as const),
      ...(["copy-node-id", "copy-session-id", "line"] as const),
      ...(["require-key", "copy-key", "line"] as const),
      ...(["drop-network", "line", "close-tab"] as const),
    ],
    tab,
  );
}
