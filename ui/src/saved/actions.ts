/** Saved connections and their groups, and what can be done with a row of the tree. */

import { nodeTitle } from "../domain/node";
import { useFleet } from "../fleet/fleet";
import { rowKey } from "../fleet/row";
import { selection } from "../fleet/selection";
import { client } from "../ipc/client";
import type {
  ConnectionDraftView,
  ConnectionView,
  GroupView,
  NodeView,
  PairView,
  SavedItemView,
} from "../ipc/contract";
import { emptyConnection } from "../ipc/saved-drafts";
import { counted } from "../kit/words";
import { attempt } from "../window/attempt";
import { openDialog } from "../window/dialogs";
import { focusWhenThere, rowOf } from "../window/focus";
import { frame } from "../window/frame";
import { showMessage } from "../window/toasts";
import { change } from "./changes";
import { connectionsWithin, useConnections } from "./connections";

/** What saving a node means: its name, its target, and the pair that it was found through. */
export function draftOfNode(node: NodeView, pair: PairView | undefined): ConnectionDraftView {
  const scope = { profile: pair?.profile ?? null, region: pair?.region ?? null };
  return { ...emptyConnection(), name: nodeTitle(node), target: node.id, ...scope };
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

/** The connection goes at once; a toast brings it back. */
export function deleteConnection(connection: ConnectionView) {
  const items = [{ kind: "connection" as const, id: connection.id }];
  void change(() => client.deleteSaved(items), `Deleted ${connection.draft.name}.`);
}

/** The group goes with all that is in it; a toast brings everything back. */
export function deleteGroup(group: GroupView) {
  const { groups, connections } = useConnections.getState();
  const count = connectionsWithin(group.id, groups, connections).length;
  const text =
    count === 0 ? `Deleted ${group.draft.name}.` : `Deleted ${group.draft.name} with ${counted(count, "connection")}.`;
  void change(() => client.deleteSaved([{ kind: "group", id: group.id }]), text);
}

export function copyBeside(item: SavedItemView, name: string, into: number | null) {
  void change(() => client.copySaved([item], into), `Copied ${name}.`);
}

/** The order of a group, or of the top, is that of the names again. */
export function sortByName(group: number | null, name: string) {
  void change(() => client.sortSaved(group), `Sorted ${name} by name.`);
}

/** The numbers of the connections in a group, near and far. */
export function idsWithin(group: GroupView): number[] {
  const { groups, connections } = useConnections.getState();
  return connectionsWithin(group.id, groups, connections).map(({ id }) => id);
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
