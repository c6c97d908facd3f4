/** The menus of a tab, its header and its terminal. */

import { keysOf } from "../actions/keymap";
import type { TabView } from "../ipc/contract";
import type { MenuEntry } from "../kit/menu";
import { useProgram } from "../program/program";
import { copyText } from "../saved/actions";
import { dropNetwork, duplicateSession, reconnect } from "../sessions/actions";
import { closeTab } from "../sessions/closing";
import { keyMenu } from "../sessions/key-menu";
import { openRun, targetOfTab } from "../sessions/run";
import { isLive } from "../sessions/sessions";
import { terminals } from "../sessions/terminal-door";
import { isMac } from "../window/platform";
import { workspace } from "../window/workspace";

/** What the menu of a terminal offers: its text first, then its session. */
export function terminalMenu(tab: TabView): MenuEntry[] {
  const { id } = tab;
  return [
    {
      label: "Copy",
      keys: keysOf("copy", isMac),
      disabled: !terminals().hasSelection(id),
      run: () => void terminals().copy(id),
    },
    { label: "Paste", keys: keysOf("paste", isMac), disabled: !isLive(tab), run: () => void terminals().paste(id) },
    { label: "Select all", run: () => terminals().selectAll(id) },
    "line",
    ...tabMenu(tab),
  ];
}

/** What the menus of a tab and of its header offer. */
export function tabMenu(tab: TabView): MenuEntry[] {
  const live = isLive(tab);
  const demo = useProgram.getState().mode === "demo";
  const { sessionId } = tab;
  return [
    { label: "Duplicate session", keys: keysOf("duplicate-session", isMac), run: () => void duplicateSession(tab) },
    {
      label: tab.document === null ? "New session in this tab" : "Run again in this tab",
      disabled: live,
      run: () => void reconnect(tab.id),
    },
    { label: "Run document…", keys: keysOf("run-document", isMac), run: () => openRun(targetOfTab(tab)) },
    { label: "Find…", keys: keysOf("find", isMac), run: () => workspace.find(true) },
    "line",
    { label: "Copy node id", run: () => void copyText(tab.target, tab.target) },
    ...(sessionId === null
      ? []
      : [{ label: "Copy session id", run: () => void copyText(sessionId, "the session id") }]),
    ...keyMenu(tab),
    ...(demo && live
      ? (["line", { label: "Drop this session's network", run: () => void dropNetwork(tab.id) }] satisfies MenuEntry[])
      : []),
    "line",
    {
      label: live ? "Close and terminate" : "Close",
      keys: keysOf("close-tab", isMac),
      danger: live,
      run: () => closeTab(tab.id),
    },
  ];
}
