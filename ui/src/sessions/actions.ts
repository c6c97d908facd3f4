/** Opening, showing, ending and resuming sessions. */

import { canBeStarted, isStopped, nodeTitle } from "../domain/node";
import { client } from "../ipc/client";
import type { ConnectionView, ConnectRequest, NodeView, TabView } from "../ipc/contract";
import { ago, counted } from "../kit/words";
import { attempt } from "../window/attempt";
import { openDialog } from "../window/dialogs";
import { focusTerminal } from "../window/focus";
import { frame } from "../window/frame";
import { activateTab, activeTab, keepTab, tabsNow, useLayout } from "../workbench/tabs";
import { noteUse } from "./recently-used";
import { renewed, useSessions } from "./sessions";
import { terminals } from "./terminal-access";

/** Opens a tab. A node that cannot answer now is named first; connecting stays possible. */
export function connectNode(node: NodeView) {
  const why = unreachable(node);
  const run = () => void connect({ kind: "node", key: node.key, run: null });
  if (why === null) return run();
  if (canBeStarted(node))
    return openDialog({ kind: "confirm", ...why, ...START, run: () => void connectStarted(node) });
  openDialog({ kind: "confirm", ...why, action: "Connect anyway", danger: false, run });
}

const START = { action: "Start and connect", danger: false };

/** Opens a tab that starts the instance, waits for its agent, and then is a shell. */
export function connectStarted(node: NodeView) {
  return connect({ kind: "started-node", key: node.key });
}

export function connectSaved(connection: ConnectionView): Promise<boolean> {
  if (connection.draft.query !== null) return connectByQuery(connection);
  return connect({ kind: "saved", id: connection.id, run: null });
}

/** So many are opened without a question. */
const AT_ONCE = 5;

/** What answers the query now decides: one is opened, one of several is chosen, or all are opened. */
function connectByQuery({ id, draft }: ConnectionView): Promise<boolean> {
  return attempt(async () => {
    const { choose, nodes } = await client.savedNodes(id);
    if (choose && nodes.length > 1) return openDialog({ kind: "choose-node", connection: id, name: draft.name, nodes });
    const all = () => void connectAll(id, nodes);
    if (nodes.length <= AT_ONCE) return all();
    openDialog({
      kind: "confirm",
      title: `Open ${counted(nodes.length, "session")}?`,
      text: `${draft.name} opens every node that answers its query.`,
      action: "Open all",
      danger: false,
      run: all,
    });
  });
}

/** One of the nodes that answer a connection's query. */
export function connectToOne(connection: number, node: NodeView) {
  return connect({ kind: "saved-node", id: connection, key: node.key, run: null });
}

async function connectAll(connection: number, nodes: readonly NodeView[]) {
  for (const node of nodes) await connectToOne(connection, node);
}

export async function connect(request: ConnectRequest): Promise<boolean> {
  return attempt(async () => show(await open(request)));
}

/** Like `connect`, but the caller shows the failure. */
export async function connectOrThrow(request: ConnectRequest): Promise<void> {
  show(await open(request));
}

function open(request: ConnectRequest): Promise<TabView> {
  const { cols, rows } = terminals().size();
  return client.connect(request, cols, rows);
}

function show(tab: TabView) {
  noteUse(tab);
  if (!useSessions.getState().tabs.some((other) => other.id === tab.id)) keepTab(tab);
  activateTab(tab.id);
  frame.show("workbench");
  focusTab(tab.id);
}

/** Shows a tab and puts the keys into its terminal. */
export function showTab(id: number) {
  activateTab(id);
  frame.show("workbench");
  focusTab(id);
}

function focusTab(id: number) {
  frame.closeOverlay();
  focusTerminal(id);
}

/** A further session with the destination of this one: same node, document, parameters and reason. */
export function duplicateSession(tab: TabView) {
  const { cols, rows } = terminals().size();
  return attempt(async () => show(await client.duplicateTab(tab.id, cols, rows)));
}

export async function reconnect(id: number): Promise<boolean> {
  const { cols, rows } = terminals().size();
  useSessions.setState((now) => renewed(now, id));
  const done = await attempt(() => client.reconnectTab(id, cols, rows));
  if (done) focusTerminal(id);
  return done;
}

export function retryResume(id: number) {
  return attempt(() => client.retryResume(id));
}

export function dropNetwork(id: number) {
  return attempt(() => client.demoDropNetwork(id));
}

export function nextTab(step: 1 | -1) {
  const tabs = tabsNow();
  const at = tabs.indexOf(activeTab() as TabView);
  const next = tabs[(at + step + tabs.length) % tabs.length];
  if (next !== undefined) showTab(next.id);
}

export function recentTab(step: 1 | -1) {
  const { recent } = useLayout.getState();
  const next = recent.at(step === 1 ? 1 : -1);
  if (next !== undefined) showTab(next);
}

export function numberedTab(number: number) {
  const tab = tabsNow()[number - 1];
  if (tab !== undefined) showTab(tab.id);
}

/** Why a node most likely cannot be reached, as a question; null if nothing speaks against it. */
export function unreachable(node: NodeView, nowMs = Date.now()): { title: string; text: string } | null {
  const name = nodeTitle(node);
  if (isStopped(node)) {
    const gone = node.state === "terminated" || node.state === "shutting-down";
    const text = gone
      ? "AWS is removing this instance, so no session can be opened on it."
      : "A session needs a running instance. Postern can start it, wait for its agent and connect.";
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
