/** What can be done with the window, whatever is selected, in the order of the palette. */

import { isSyncing, useFleet } from "../fleet/fleet";
import { showFleet } from "../fleet/page/show";
import { focusSearch } from "../fleet/search-field";
import { addForward, allForwardsOff, showForwards } from "../forwards/actions";
import { isOn, useForwards } from "../forwards/forwards";
import { addTeamFile, exportConnections, importConnections } from "../imports/actions";
import type { ThemeChoice } from "../ipc/contract";
import { emptyConnection } from "../ipc/saved-drafts";
import { leaveDemo, openAwsProfiles, openDemo } from "../program/mode";
import { useProgram } from "../program/program";
import { sortByName } from "../saved/actions";
import { takeBack, useLastChange } from "../saved/changes";
import { nextTab, numberedTab, recentTab } from "../sessions/actions";
import { closeEndedTabs } from "../sessions/closing";
import { runDocument } from "../sessions/run";
import { cancelSync, readProfiles, saveSettings, setOnlyRunning, syncAll } from "../settings/actions";
import { answerWhatWaits, newCenter } from "../sign-in/actions";
import { nextArea } from "../window/areas";
import { openDialog, openPalette } from "../window/dialogs";
import { frame, isShown, type SettingsSection } from "../window/frame";
import { activeTab } from "../workbench/tabs";
import type { Action, Actions } from "./action";

const isFirstRun = () => useProgram.getState().mode === "first-run";
const isDemo = () => useProgram.getState().mode === "demo";
const hasTab = () => activeTab() !== undefined;

export const WINDOW_ACTIONS = {
  palette: {
    title: () => "Go to a node, connection or action",
    keys: ["Mod+K", "Mod+Shift+K"],
    listed: false,
    run: () => openPalette(),
  },
  connect: {
    title: () => "Connect to a target…",
    label: () => "Connect…",
    also: "open session instance id",
    keys: ["Mod+T", "Mod+Shift+O"],
    run: () => openDialog({ kind: "connect" }),
  },
  "use-aws": {
    title: () => "Use my AWS profiles",
    applies: isFirstRun,
    run: () => void openAwsProfiles(),
  },
  "run-document": {
    title: () => "Run document…",
    keys: ["Mod+Shift+R"],
    listed: false,
    run: () => runDocument(),
  },
  "next-tab": { title: () => "Next tab", keys: ["Ctrl+PageDown"], ready: hasTab, run: () => nextTab(1) },
  "previous-tab": { title: () => "Previous tab", keys: ["Ctrl+PageUp"], ready: hasTab, run: () => nextTab(-1) },
  "recent-tab": { title: () => "The tab used before", keys: ["Ctrl+Tab"], listed: false, run: () => recentTab(1) },
  "older-tab": {
    title: () => "The tab used longest ago",
    keys: ["Ctrl+Shift+Tab"],
    listed: false,
    run: () => recentTab(-1),
  },
  "close-ended": { title: () => "Close ended tabs", ready: hasTab, run: () => closeEndedTabs() },
  "sync-all": { title: () => "Sync now", also: "refresh fleet", run: () => void syncAll() },
  "cancel-sync": {
    title: () => "Stop syncing",
    applies: () => isSyncing(useFleet.getState()),
    run: () => void cancelSync(),
  },
  "only-running": {
    title: () =>
      useProgram.getState().settings.onlyRunning ? "Show stopped instances too" : "Show only running instances",
    run: () => void setOnlyRunning(!useProgram.getState().settings.onlyRunning),
  },
  search: { title: () => "Search the fleet", keys: ["/"], run: () => focusSearch() },
  "new-connection": {
    title: () => "New connection…",
    also: "save",
    run: () => openDialog({ kind: "connection", id: null, draft: emptyConnection() }),
  },
  "undo-saved": {
    title: () => `Undo: ${useLastChange.getState().text}`,
    label: () => "Undo",
    also: "take back saved connections",
    applies: () => useLastChange.getState().undo !== null,
    run: () => {
      const { undo } = useLastChange.getState();
      if (undo !== null) void takeBack(undo);
    },
  },
  "sort-saved": {
    title: () => "Sort saved connections by name",
    also: "order arrange",
    run: () => sortByName(null, "the top"),
  },
  import: {
    title: () => "Import connections…",
    label: () => "Import…",
    also: "networkmanager mremoteng csv ssh config file",
    run: () => importConnections(),
  },
  export: {
    title: () => "Export connections…",
    also: "save backup file",
    run: () => void exportConnections(),
  },
  "team-file": {
    title: () => "Add a team file…",
    also: "shared connections git folder",
    run: () => addTeamFile(),
  },
  "new-group": { title: () => "New group…", run: () => openDialog({ kind: "group", id: null }) },
  "toggle-sidebar": {
    title: () => (isShown("sidebar") ? "Hide the sidebar" : "Show the sidebar"),
    keys: ["Mod+B"],
    run: () => frame.toggleSidebar(),
  },
  "toggle-inspector": {
    title: () => (isShown("inspector") ? "Hide the inspector" : "Show the inspector"),
    keys: ["Mod+Shift+N"],
    run: () => frame.toggleInspector(),
  },
  "add-forward": {
    title: () => "Forward a port…",
    label: () => "Add forward",
    also: "tunnel database new",
    keys: ["Mod+Shift+L"],
    run: () => addForward(),
  },
  "forwards-off": {
    title: () => "Turn all forwards off",
    label: () => "All off",
    also: "stop tunnels",
    ready: () => useForwards.getState().forwards.some(isOn),
    run: () => allForwardsOff(),
  },
  "show-forwards": { title: () => "Show the port forwards", also: "tunnels", run: () => showForwards() },
  "show-fleet": {
    title: () => "Show the fleet",
    also: "nodes table facets filter page",
    run: () => showFleet("nodes"),
  },
  "show-containers": {
    title: () => "Show the containers of ECS",
    also: "cluster service task fargate exec",
    run: () => showFleet("containers"),
  },
  "show-terminals": { title: () => "Show the terminals", run: () => frame.show("workbench") },
  "next-area": {
    title: () => "Next area of the window",
    keys: ["F6"],
    listed: false,
    run: () => nextArea(1),
  },
  "previous-area": {
    title: () => "Previous area of the window",
    keys: ["Shift+F6"],
    listed: false,
    run: () => nextArea(-1),
  },
  "theme-system": theme("system", "Theme: follow the system"),
  "theme-dark": theme("dark", "Theme: dark"),
  "theme-light": theme("light", "Theme: light"),
  settings: { title: () => "Settings", keys: ["Mod+,", "Mod+Shift+,"], run: () => frame.show("settings") },
  "settings-accounts": settings("accounts", "AWS accounts", "pairs profiles"),
  "settings-sync": settings("sync", "sync"),
  "settings-network": settings("network", "network", "proxy certificates"),
  "settings-general": settings("general", "general", "defaults theme"),
  "settings-terminal": settings("terminal", "terminal", "font scrollback"),
  "settings-about": settings("about", "about", "version"),
  "add-pair": {
    title: () => "Add a profile and region pair…",
    label: () => "Add pair…",
    run: () => openDialog({ kind: "pair", pair: null }),
  },
  "choose-profiles": {
    title: () => "Choose profiles to sync…",
    label: () => "Choose profiles…",
    run: () => openDialog({ kind: "choose-profiles" }),
  },
  "add-all-profiles": {
    title: () => "Add all profiles…",
    also: "pairs every aws config",
    ready: () => useProgram.getState().profiles.profiles.length > 0,
    run: () => openDialog({ kind: "choose-profiles", all: true }),
  },
  "new-center": {
    title: () => "Sign in to another IAM Identity Center…",
    label: () => "Add Identity Center…",
    also: "sso start url login",
    applies: () => !isDemo(),
    run: () => newCenter(),
  },
  "add-access-key": {
    title: () => "Add an access key as a profile of Postern…",
    label: () => "Add access key…",
    also: "own profile secret keyring",
    applies: () => !isDemo(),
    run: () => openDialog({ kind: "access-key", profile: null }),
  },
  "set-proxy": {
    title: () => "Set the proxy…",
    also: "network https user password",
    run: () => openDialog({ kind: "proxy" }),
  },
  "answer-what-waits": {
    title: () => "Answer what waits for you: a sign-in or an MFA code",
    also: "login sso",
    keys: ["Mod+Shift+S"],
    run: () => answerWhatWaits(),
  },
  "read-profiles": { title: () => "Read the AWS files again", run: () => void readProfiles() },
  "leave-demo": { title: () => "Leave the demo", applies: isDemo, run: () => void leaveDemo() },
  "open-demo": { title: () => "Open the demo", applies: () => !isDemo(), run: () => void openDemo() },
  "tab-1": tabNumbered(1),
  "tab-2": tabNumbered(2),
  "tab-3": tabNumbered(3),
  "tab-4": tabNumbered(4),
  "tab-5": tabNumbered(5),
  "tab-6": tabNumbered(6),
  "tab-7": tabNumbered(7),
  "tab-8": tabNumbered(8),
  "tab-9": tabNumbered(9),
} satisfies Actions;

function theme(choice: ThemeChoice, title: string): Action {
  return { title: () => title, run: () => void saveSettings({ theme: choice }) };
}

function settings(section: SettingsSection, title: string, also = ""): Action {
  return { title: () => `Settings: ${title}`, also, run: () => frame.show("settings", section) };
}

function tabNumbered(number: number): Action {
  return { title: () => `Tab ${number}`, keys: [`Alt+${number}`], listed: false, run: () => numberedTab(number) };
}
