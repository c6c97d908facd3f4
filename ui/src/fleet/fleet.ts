/** The synced fleet: pairs in the user's order, and their nodes. */
import { create } from "zustand";
import type { NodeView, PairView } from "../ipc/contract";
import { type Nodes, nodesOf } from "./nodes";

export interface Fleet {
  pairs: readonly PairView[];
  nodes: Nodes;
}

export const useFleet = create<Fleet>(() => ({ pairs: [], nodes: nodesOf([]) }));

/** A node; who asks is drawn anew only when it changes itself. */
export function useNode(key: string | null): NodeView | undefined {
  return useFleet(({ nodes }) => (key === null ? undefined : nodes.get(key)));
}

/** Everything anew. */
export function replaceFleet(pairs: readonly PairView[], nodes: readonly NodeView[]) {
  useFleet.setState({ pairs, nodes: nodesOf(nodes) });
}

/** What an event says of nodes. */
export function changeNodes(upserts: readonly NodeView[], removals: readonly string[]) {
  useFleet.setState(({ nodes }) => ({ nodes: nodes.changed(upserts, removals) }));
}

/** What an event says of pairs; new ones come last. One that did not change stays the same object, and its rows are not made anew. */
export function changePairs(changed: readonly PairView[], removals: readonly number[]) {
  const pairs = new Map(useFleet.getState().pairs.map((pair) => [pair.id, pair]));
  for (const id of removals) pairs.delete(id);
  for (const pair of changed) {
    if (JSON.stringify(pairs.get(pair.id)) !== JSON.stringify(pair)) pairs.set(pair.id, pair);
  }
  useFleet.setState({ pairs: [...pairs.values()] });
}

/**
 * A pair as the program answered. Each change of a pair has its event, which may come before the answer and is then newer: the
 * answer only shows a pair that no event has named yet.
 */
export function keepPair(pair: PairView) {
  useFleet.setState(({ pairs }) => (pairs.some((other) => other.id === pair.id) ? {} : { pairs: [...pairs, pair] }));
}

/** Whether nodes are being read, or are about to be. */
export function isSyncing({ pairs }: Fleet): boolean {
  return pairs.some(({ sync }) => sync.phase === "running" || sync.phase === "queued");
}

/** The node that a target of this profile and Region means; `null` profile or Region means any. */
export function nodeOfTarget(fleet: Fleet, target: string, profile: string | null, region: string | null) {
  for (const pair of fleet.pairs) {
    if (profile !== null && pair.profile !== profile) continue;
    if (region !== null && pair.region !== region) continue;
    const node = fleet.nodes.get(`${pair.id}/${target}`);
    if (node !== undefined) return node;
  }
  return undefined;
}
