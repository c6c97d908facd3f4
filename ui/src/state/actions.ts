/** What the user can do, as functions over the stores; each failure is shown with its cause and next step. */
import { client, errorView } from "../ipc/client";
import type {
  BootstrapView,
  ConnectionDraftView,
  ConnectionView,
  ConnectRequest,
  GroupView,
  Mode,
  NodeView,
  PairDraft,
  PairView,
  SettingsView,
  TabView,
} from "../ipc/contract";
import { ago, pairName } from "../kit/words";
import { useConnections } from "./connections";
import { openDialog, useDialogs } from "./dialogs";
import { adoptSnapshot, closedTabs } from "./events";
import { nodeTitle, useFleet } from "./fleet";
import { activated, moved, renewed, useSessions, withoutTab, withTab } from "./sessions";
import { useProgram } from "./settings";
import { terminals } from "./terminal-door";
import { tell, tellFailure } from "./toasts";
import { isStopped, rowKey } from "./tree";
import { workspace } from "./workspace";

/** Does something in the program and shows why if it fails. Answers whether it worked. */
export async function attempt(what: () => Promise<unknown>): Promise<boolean> {
  try {
    await what();
    return true;
  } catch (thrown) {
    tellFailure(thrown);
    return false;
  }
}

// Mode

export async function chooseMode(mode: Mode): Promise<boolean> {
  return attempt(async () => {
    await adopt(() => client.chooseMode(mode));
    workspace.select(null);
    workspace.search("");
  });
}

/** Takes over what the program says, and where its simulator is. */
export async function adopt(ask: () => Promise<BootstrapView>) {
  const view = await adoptSnapshot(ask);
  useProgram.setState({ simulator: null });
  if (view.mode === "demo") useProgram.setState({ simulator: await client.simulatorEndpoint() });
}

export async function openDemo() {
  if (await chooseMode("demo")) workspace.show("workspace");
}

export function leaveDemo() {
  const open = useSessions.getState().tabs.length;
  const leave = async () => {
    if (await chooseMode("first-run")) workspace.show("workspace");
  };
  if (open === 0) return void leave();
  openDialog({
    kind: "confirm",
    title: "Leave the demo?",
    text: "Its sessions end and nothing of it is kept.",
    action: "Leave the demo",
    danger: false,
    run: () => void leave(),
  });
}

/** From the first run to the profiles, to choose what is synced. */
export async function openAwsProfiles() {
  if (!(await chooseMode("aws"))) return;
  workspace.show("settings", "accounts");
  if (useProgram.getState().profiles.profiles.length > 0) openDialog({ kind: "choose-profiles" });
}

// Sessions

/** Opens a tab. A node that cannot answer now is named first; connecting stays possible. */
export function connectNode(node: NodeView) {
  const why = unreachable(node);
  const run = () => void connect({ kind: "node", key: node.key });
  if (why === null) return run();
  openDialog({ kind: "confirm", ...why, action: "Connect anyway", danger: false, run });
}

export function connectSaved(connection: ConnectionView) {
  return connect({ kind: "saved", id: connection.id });
}

export async function connect(request: ConnectRequest): Promise<boolean> {
  return attempt(async () => show(await open(request), request));
}

/** Like `connect`, but the caller shows the failure. */
export async function connectTyped(request: ConnectRequest): Promise<void> {
  show(await open(request), request);
}

const requests = new Map<number, ConnectRequest>();

function open(request: ConnectRequest): Promise<TabView> {
  const { cols, rows } = terminals().size();
  return client.connect(request, cols, rows);
}

function show(tab: TabView, request: ConnectRequest) {
  requests.set(tab.id, request);
  useSessions.setState((now) => {
    const known = now.tabs.some((other) => other.id === tab.id);
    return activated(known ? now : withTab(now, tab), tab.id);
  });
  workspace.show("workspace");
  focusTab(tab.id);
}

/** Shows a tab and puts the keys into its terminal. */
export function showTab(id: number) {
  useSessions.setState((now) => activated(now, id));
  workspace.show("workspace");
  focusTab(id);
}

function focusTab(id: number) {
  useDialogs.setState({ focusMoved: true });
  workspace.closeOverlay();
  terminals().focus(id);
}

export function closeTab(id: number) {
  closedTabs.add(id);
  requests.delete(id);
  useSessions.setState((now) => withoutTab(now, id));
  const { active } = useSessions.getState();
  if (active !== null) terminals().focus(active);
  void attempt(() => client.closeTab(id));
}

export function closeEndedTabs() {
  for (const tab of useSessions.getState().tabs) {
    if (tab.state.kind === "ended" || tab.state.kind === "failed") closeTab(tab.id);
  }
}

export function moveTab(id: number, to: number) {
  useSessions.setState((now) => moved(now, id, to));
}

/** A further session with the parameters of this one. */
export function duplicateSession(tab: TabView) {
  return connect(requests.get(tab.id) ?? requestOf(tab));
}

/** After a reload the request is rebuilt from what the tab shows. */
function requestOf(tab: TabView): ConnectRequest {
  if (tab.nodeKey !== null) return { kind: "node", key: tab.nodeKey };
  const { target, profile, region } = tab;
  return { kind: "typed", target, profile, region, document: null, parameters: [], reason: null };
}

export async function reconnect(id: number): Promise<boolean> {
  const { cols, rows } = terminals().size();
  useSessions.setState((now) => renewed(now, id));
  const done = await attempt(() => client.reconnectTab(id, cols, rows));
  if (done) terminals().focus(id);
  return done;
}

export function retryResume(id: number) {
  return attempt(() => client.retryResume(id));
}

export function dropNetwork(id: number) {
  return attempt(() => client.demoDropNetwork(id));
}

export function nextTab(step: 1 | -1) {
  const { tabs, active } = useSessions.getState();
  const at = tabs.findIndex((tab) => tab.id === active);
  const next = tabs[(at + step + tabs.length) % tabs.length];
  if (next !== undefined) showTab(next.id);
}

export function recentTab(step: 1 | -1) {
  const { recent } = useSessions.getState();
  const next = recent.at(step === 1 ? 1 : -1);
  if (next !== undefined) showTab(next);
}

export function numberedTab(number: number) {
  const tab = useSessions.getState().tabs[number - 1];
  if (tab !== undefined) showTab(tab.id);
}

/** Why a node most likely cannot be reached, as a question; null if nothing speaks against it. */
export function unreachable(node: NodeView, nowMs = Date.now()): { title: string; text: string } | null {
  const name = nodeTitle(node);
  if (isStopped(node)) {
    const gone = node.state === "terminated" || node.state === "shutting-down";
    const text = gone
      ? "AWS is removing this instance, so no session can be opened on it."
      : "A session needs a running instance. Start it in the EC2 console, then connect.";
    return { title: `${name} is ${node.state === "shutting-down" ? "shutting down" : node.state}`, text };
  }
  if (node.ping === "no-agent") {
    const text = "Systems Manager does not know this instance: its agent is not running or its role does not allow it.";
    return { title: `${name} has no agent`, text };
  }
  if (node.ping === "lost" || node.ping === "inactive") {
    const since = node.lastPingAtMs === null ? "some time ago" : ago(node.lastPingAtMs, nowMs);
    return { title: `The agent of ${name} is silent`, text: `It last answered ${since}. It may still come back.` };
  }
  return null;
}

// Sync

export function syncAll() {
  return syncing(() => client.syncAll());
}

export function syncPair(id: number) {
  return syncing(() => client.syncPair(id));
}

/** Where sync is off, the way to turn it on is a click away. */
async function syncing(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (thrown) {
    const off = errorView(thrown).code === "sync-off";
    tellFailure(thrown, off ? { label: "Turn on sync", run: () => void turnOnSync() } : null);
    return false;
  }
}

export function cancelSync() {
  return attempt(() => client.cancelSync());
}

/** What is fetched depends on it, so the program syncs anew by itself. */
export function setOnlyRunning(onlyRunning: boolean) {
  return saveSettings({ onlyRunning });
}

/** The program syncs by itself once it is on. */
export function turnOnSync() {
  return saveSettings({ syncEnabled: true });
}

// Settings

/** Applies a change at once; if the program refuses it, the settings go back to what it keeps. */
export async function saveSettings(change: Partial<SettingsView>): Promise<boolean> {
  return attempt(() => changeSettings(change));
}

/** Like `saveSettings`, but the caller shows the failure. */
export async function changeSettings(change: Partial<SettingsView>) {
  const before = useProgram.getState().settings;
  const wanted = { ...before, ...change };
  useProgram.setState({ settings: wanted });
  try {
    useProgram.setState({ settings: await client.saveSettings(wanted) });
  } catch (thrown) {
    useProgram.setState({ settings: before });
    throw thrown;
  }
}

export function readProfiles() {
  return attempt(async () => {
    const profiles = await client.readProfiles();
    useProgram.setState({ profiles });
    if (profiles.error === null) tell(`Read ${profiles.profiles.length} profiles.`);
  });
}

/** Adds pairs one after another and turns sync on. The first failure stops it and is the caller's to show. */
export async function addPairs(drafts: readonly PairDraft[]) {
  if (!useProgram.getState().settings.syncEnabled) await changeSettings({ syncEnabled: true });
  for (const draft of drafts) keepPair(await client.addPair(draft));
}

export async function changePair(pair: PairView, draft: PairDraft) {
  keepPair(await client.updatePair(pair.id, draft));
}

/** The event with the whole list may come before or after the answer. */
function keepPair(pair: PairView) {
  useFleet.setState(({ pairs }) => {
    const known = pairs.some((other) => other.id === pair.id);
    return { pairs: known ? pairs.map((other) => (other.id === pair.id ? pair : other)) : [...pairs, pair] };
  });
}

export function removePair(pair: PairView) {
  openDialog({
    kind: "confirm",
    title: `Remove ${pairName(pair.profile, pair.region)}?`,
    text: "Its nodes leave the fleet. Saved connections and open sessions stay.",
    action: "Remove pair",
    danger: true,
    run: () => void attempt(() => client.removePair(pair.id)),
  });
}

// Saved connections

export function emptyDraft(): ConnectionDraftView {
  return { name: "", group: null, target: "", profile: null, region: null, document: null, description: "", tags: [] };
}

/** What saving a node means: its name, its target, and the pair that it was found through. */
export function draftOfNode(node: NodeView, pair: PairView | undefined): ConnectionDraftView {
  const scope = { profile: pair?.profile ?? null, region: pair?.region ?? null };
  return { ...emptyDraft(), name: nodeTitle(node), target: node.id, ...scope };
}

/** The connection that already leads to this node. */
export function savedAs(
  node: NodeView,
  pair: PairView | undefined,
  connections: readonly ConnectionView[],
): ConnectionView | undefined {
  return connections.find(
    (saved) =>
      saved.draft.target === node.id &&
      (saved.effectiveProfile?.value ?? pair?.profile) === pair?.profile &&
      (saved.effectiveRegion?.value ?? pair?.region) === pair?.region,
  );
}

/** Saves a node in one step, with the chance to edit what was saved. */
export function saveNode(node: NodeView) {
  const pair = useFleet.getState().pairs.find((other) => other.id === node.pair);
  return attempt(async () => {
    const saved = await client.saveConnection(null, draftOfNode(node, pair));
    keepConnection(saved);
    tell(`Saved ${saved.draft.name}.`, { label: "Edit", run: () => editConnection(saved) });
  });
}

/** The event with the whole lists may come before or after the answer. */
export function keepConnection(saved: ConnectionView) {
  useConnections.setState(({ connections }) => {
    const known = connections.some((other) => other.id === saved.id);
    const kept = known ? connections.map((other) => (other.id === saved.id ? saved : other)) : [...connections, saved];
    return { connections: kept };
  });
}

export function keepGroup(saved: GroupView) {
  useConnections.setState(({ groups }) => {
    const known = groups.some((other) => other.id === saved.id);
    return { groups: known ? groups.map((other) => (other.id === saved.id ? saved : other)) : [...groups, saved] };
  });
}

export function editConnection(connection: ConnectionView) {
  openDialog({ kind: "connection", id: connection.id, draft: connection.draft });
}

export function duplicateConnection(connection: ConnectionView) {
  openDialog({ kind: "connection", id: null, draft: { ...connection.draft, name: `${connection.draft.name} copy` } });
}

export function deleteConnection(connection: ConnectionView) {
  openDialog({
    kind: "confirm",
    title: `Delete ${connection.draft.name}?`,
    text: "The saved connection goes. The node and open sessions stay.",
    action: "Delete",
    danger: true,
    run: () => void attempt(() => client.deleteConnection(connection.id)),
  });
}

export function deleteGroup(group: GroupView) {
  openDialog({
    kind: "confirm",
    title: `Delete the group ${group.draft.name}?`,
    text: "Its connections move to the top level and lose what they inherited from it.",
    action: "Delete group",
    danger: true,
    run: () => void attempt(() => client.deleteGroup(group.id)),
  });
}

/** Folds at once; the program remembers it. */
export function foldGroup(group: GroupView, collapsed: boolean) {
  const folded = (other: GroupView) => (other.id === group.id ? { ...other, collapsed } : other);
  useConnections.setState(({ groups }) => ({ groups: groups.map(folded) }));
  void attempt(() => client.setGroupCollapsed(group.id, collapsed));
}

// Small things

export async function copyText(text: string, what: string) {
  try {
    await navigator.clipboard.writeText(text);
    tell(`Copied ${what}.`);
  } catch {
    tellFailure({
      code: "clipboard",
      message: "The clipboard could not be written.",
      nextStep: "Click into the window and copy again.",
      detail: null,
    });
  }
}

/** Selects a row in the tree and brings the tree into view. */
export function reveal(kind: "node" | "connection" | "group" | "pair", id: string | number) {
  workspace.show("workspace");
  workspace.showSidebar();
  workspace.select(rowKey(kind, id));
}
