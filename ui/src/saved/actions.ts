/** Saved connections and their groups, and what can be done with a row of the tree. */

import { nodeTitle } from "../domain/node";
import { useFleet } from "../fleet/fleet";
import { rowKey } from "../fleet/row";
import { selection } from "../fleet/selection";
import { client } from "../ipc/client";
import type { ConnectionDraftView, ConnectionView, GroupView, NodeView, PairView } from "../ipc/contract";
import { attempt } from "../window/attempt";
import { openDialog } from "../window/dialogs";
import { focusWhenThere, rowOf } from "../window/focus";
import { frame } from "../window/frame";
import { showMessage } from "../window/toasts";
import { useConnections } from "./connections";

export function emptyDraft(): ConnectionDraftView {
  return {
    name: "",
    group: null,
    target: "",
    profile: null,
    region: null,
    document: null,
    parameters: [],
    encryption: null,
    description: "",
    tags: [],
  };
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
    showMessage(`Saved ${saved.draft.name}.`, { label: "Edit", run: () => editConnection(saved) });
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

/** Selects a row in the tree, brings the tree into view and puts the focus there. */
export function reveal(kind: "node" | "connection" | "group" | "pair", id: string | number) {
  frame.show("workbench");
  frame.showSidebar();
  const key = rowKey(kind, id);
  selection.select(key);
  focusWhenThere(() => rowOf(key));
}
