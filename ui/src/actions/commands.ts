/** Every action by its name: what it is called, when it makes sense, and what it does. Palette and keys share it. */

import { isSyncing, useFleet } from "../fleet/fleet";
import type { ThemeChoice } from "../ipc/contract";
import { leaveDemo, openAwsProfiles, openDemo } from "../program/mode";
import { useProgram } from "../program/program";
import {
  copyText,
  deleteConnection,
  deleteGroup,
  duplicateConnection,
  editConnection,
  emptyDraft,
  saveNode,
} from "../saved/actions";
import { useConnections } from "../saved/connections";
import { connectNode, connectSaved, duplicateSession, nextTab, numberedTab, recentTab } from "../sessions/actions";
import { closeTab } from "../sessions/closing";
import { runDocument } from "../sessions/run";
import { terminals } from "../sessions/terminal-door";
import { cancelSync, readProfiles, saveSettings, setOnlyRunning, syncAll, syncPair } from "../settings/actions";
import { nextRegion } from "../window/areas";
import { openDialog, openPalette } from "../window/dialogs";
import { focusWhenThere } from "../window/focus";
import { isShown, useWorkspace, workspace } from "../window/workspace";
import type { Command } from "./command";
import type { BoundAction } from "./keymap";
import { activeTab, loginCommands, runOn, type Tab, tabCommands } from "./tab-commands";

export type { Command } from "./command";

/** The actions that make sense now, for the palette. */
export function availableCommands(): Command[] {
  if (useProgram.getState().mode === "first-run") return firstRunCommands();
  return [
    {
      id: "connect",
      title: "Connect to a target…",
      also: "open session instance id",
      run: () => openDialog({ kind: "connect" }),
    },
    ...loginCommands(),
    ...selectionCommands(),
    ...tabCommands(),
    ...fleetCommands(),
    ...viewCommands(),
    ...settingsCommands(),
  ];
}

/** What a key does; keys work whether or not the palette lists the action. */
export function runBound(action: BoundAction) {
  if (useProgram.getState().mode === "first-run") return;
  if (action.startsWith("tab-")) return numberedTab(Number(action.slice(4)));
  BOUND[action as keyof typeof BOUND]();
}

const BOUND: Record<Exclude<BoundAction, `tab-${number}`>, () => void> = {
  palette: () => openPalette(),
  connect: () => openDialog({ kind: "connect" }),
  "run-document": () => runDocument(),
  "duplicate-session": () => withActive((tab) => void duplicateSession(tab)),
  "close-tab": () => withActive((tab) => closeTab(tab.id)),
  "recent-tab": () => recentTab(1),
  "older-tab": () => recentTab(-1),
  "next-tab": () => nextTab(1),
  "previous-tab": () => nextTab(-1),
  "toggle-sidebar": () => workspace.toggleSidebar(),
  "toggle-inspector": () => workspace.toggleInspector(),
  find: () => withActive(() => workspace.find(true)),
  copy: () => withActive((tab) => void terminals().copy(tab.id)),
  paste: () => withActive((tab) => void terminals().paste(tab.id)),
  settings: () => workspace.show("settings"),
  "next-region": () => nextRegion(1),
  "previous-region": () => nextRegion(-1),
  search: () => focusSearch(),
};

/** Shows the sidebar and puts the focus into its search field. */
export function focusSearch() {
  workspace.show("workspace");
  workspace.showSidebar();
  focusWhenThere(() => {
    const field = document.querySelector<HTMLInputElement>("[data-search]");
    field?.select();
    return field;
  });
}

function withActive(run: (tab: Tab) => void) {
  const tab = activeTab();
  if (tab !== undefined && useWorkspace.getState().page === "workspace") run(tab);
}

function firstRunCommands(): Command[] {
  return [
    { id: "use-aws", title: "Use my AWS profiles", run: () => void openAwsProfiles() },
    { id: "open-demo", title: "Open the demo", run: () => void openDemo() },
  ];
}

function selectionCommands(): Command[] {
  const selected = useWorkspace.getState().selected ?? "";
  const [kind, id] = [selected.slice(0, 1), selected.slice(2)];
  if (kind === "n") return nodeCommands(id);
  if (kind === "c") return connectionCommands(Number(id));
  if (kind === "g") return groupCommands(Number(id));
  if (kind === "p") return pairCommands(Number(id));
  return [];
}

function nodeCommands(key: string): Command[] {
  const node = useFleet.getState().nodes.get(key);
  if (node === undefined) return [];
  const name = node.name === "" ? node.id : node.name;
  return [
    { id: "connect-selected", title: `Connect to ${name}`, run: () => connectNode(node) },
    ...runOn(name, { kind: "node", key }),
    { id: "save-node", title: `Save ${name} as a connection`, run: () => void saveNode(node) },
    { id: "copy-id", title: `Copy the id of ${name}`, run: () => void copyText(node.id, node.id) },
  ];
}

function connectionCommands(id: number): Command[] {
  const saved = useConnections.getState().connections.find((connection) => connection.id === id);
  if (saved === undefined) return [];
  const { name, target } = saved.draft;
  return [
    { id: "connect-selected", title: `Connect to ${name}`, run: () => void connectSaved(saved) },
    ...runOn(name, { kind: "saved", id }),
    { id: "edit-selected", title: `Edit ${name}…`, run: () => editConnection(saved) },
    { id: "duplicate-selected", title: `Duplicate ${name}…`, run: () => duplicateConnection(saved) },
    { id: "delete-selected", title: `Delete ${name}…`, run: () => deleteConnection(saved) },
    { id: "copy-id", title: `Copy the id of ${name}`, run: () => void copyText(target, target) },
  ];
}

function groupCommands(id: number): Command[] {
  const group = useConnections.getState().groups.find((other) => other.id === id);
  if (group === undefined) return [];
  return [
    { id: "edit-selected", title: `Edit the group ${group.draft.name}…`, run: () => openDialog({ kind: "group", id }) },
    { id: "delete-selected", title: `Delete the group ${group.draft.name}…`, run: () => deleteGroup(group) },
  ];
}

function pairCommands(id: number): Command[] {
  const pair = useFleet.getState().pairs.find((other) => other.id === id);
  if (pair === undefined) return [];
  return [{ id: "sync-selected", title: `Sync ${pair.profile} / ${pair.region}`, run: () => void syncPair(id) }];
}

function fleetCommands(): Command[] {
  const running = isSyncing(useFleet.getState());
  const { onlyRunning } = useProgram.getState().settings;
  return [
    { id: "sync-all", title: "Sync now", also: "refresh fleet", run: () => void syncAll() },
    ...(running ? [{ id: "cancel-sync", title: "Stop syncing", run: () => void cancelSync() }] : []),
    {
      id: "only-running",
      title: onlyRunning ? "Show stopped instances too" : "Show only running instances",
      run: () => void setOnlyRunning(!onlyRunning),
    },
    { id: "search", title: "Search the fleet", run: () => focusSearch() },
    {
      id: "new-connection",
      title: "New connection…",
      also: "save",
      run: () => openDialog({ kind: "connection", id: null, draft: emptyDraft() }),
    },
    { id: "new-group", title: "New group…", run: () => openDialog({ kind: "group", id: null }) },
  ];
}

function viewCommands(): Command[] {
  return [
    {
      id: "toggle-sidebar",
      title: isShown("sidebar") ? "Hide the sidebar" : "Show the sidebar",
      run: () => workspace.toggleSidebar(),
    },
    {
      id: "toggle-inspector",
      title: isShown("inspector") ? "Hide the inspector" : "Show the inspector",
      run: () => workspace.toggleInspector(),
    },
    { id: "show-terminals", title: "Show the terminals", run: () => workspace.show("workspace") },
    ...(["system", "dark", "light"] as const).map(themeCommand),
  ];
}

function themeCommand(theme: ThemeChoice): Command {
  const title = theme === "system" ? "Theme: follow the system" : `Theme: ${theme}`;
  return { id: `theme-${theme}`, title, run: () => void saveSettings({ theme }) };
}

function settingsCommands(): Command[] {
  const demo = useProgram.getState().mode === "demo";
  return [
    { id: "settings", title: "Settings", run: () => workspace.show("settings") },
    {
      id: "settings-accounts",
      title: "Settings: AWS accounts",
      also: "pairs profiles",
      run: () => workspace.show("settings", "accounts"),
    },
    { id: "settings-sync", title: "Settings: sync", run: () => workspace.show("settings", "sync") },
    {
      id: "settings-general",
      title: "Settings: general",
      also: "defaults theme",
      run: () => workspace.show("settings", "general"),
    },
    {
      id: "settings-terminal",
      title: "Settings: terminal",
      also: "font scrollback",
      run: () => workspace.show("settings", "terminal"),
    },
    { id: "settings-about", title: "Settings: about", also: "version", run: () => workspace.show("settings", "about") },
    { id: "add-pair", title: "Add a profile and region pair…", run: () => openDialog({ kind: "pair", pair: null }) },
    { id: "choose-profiles", title: "Choose profiles to sync…", run: () => openDialog({ kind: "choose-profiles" }) },
    { id: "read-profiles", title: "Read the AWS files again", run: () => void readProfiles() },
    demo
      ? { id: "leave-demo", title: "Leave the demo", run: () => void leaveDemo() }
      : { id: "open-demo", title: "Open the demo", run: () => void openDemo() },
  ];
}
