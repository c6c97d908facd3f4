/** The synced fleet as the page knows it: pairs in the user's order, how many nodes they have, and the few nodes that are shown. */
import { useEffect } from "react";
import { create } from "zustand";
import type { FleetSizeView, NodeView, PairSizeView, PairView } from "../ipc/contract";
import { forgetNodes, KnownNodes, nodesChanged, onPinned, pinTargets, unpinTargets } from "./known-nodes";

export interface Fleet {
  pairs: readonly PairView[];
  /** Of the nodes; it grows with every change of one. */
  revision: number;
  /** How many nodes are known, by pair. */
  sizes: ReadonlyMap<number, number>;
  /** Those that something shows or refers to. */
  nodes: KnownNodes;
}

export const useFleet = create<Fleet>(() => ({
  pairs: [],
  revision: 0,
  sizes: new Map(),
  nodes: KnownNodes.NONE,
}));

let shown = 0;

/** A node, looked up for as long as somebody shows it; who asks is drawn anew only when it changes itself. */
export function useNode(key: string | null): NodeView | undefined {
  const text = useFleet(({ pairs }) => (key === null ? null : targetOfKey(key, pairs)));
  useEffect(() => {
    if (text === null) return;
    shown += 1;
    const name = `shown ${shown}`;
    pinTargets(name, [JSON.parse(text)]);
    return () => unpinTargets(name);
  }, [text]);
  return useFleet(({ nodes }) => (key === null ? undefined : nodes.get(key)));
}

/** As text, which is the same for the same node. */
function targetOfKey(key: string, pairs: readonly PairView[]): string | null {
  const [id, target = ""] = key.split("/");
  const pair = pairs.find((other) => other.id === Number(id));
  if (pair === undefined) return null;
  return JSON.stringify({ target, profile: pair.profile, region: pair.region });
}

/** Everything anew. */
export function replaceFleet(pairs: readonly PairView[], size: FleetSizeView) {
  forgetNodes();
  useFleet.setState({
    pairs,
    revision: size.revision,
    sizes: new Map(size.pairs.map(({ pair, nodes }) => [pair, nodes])),
    nodes: KnownNodes.NONE,
  });
  nodesChanged();
}

/** What an event says of nodes: those that are shown are asked for again. */
export function fleetChanged(revision: number, changed: readonly PairSizeView[]) {
  useFleet.setState(({ sizes }) => {
    const now = new Map(sizes);
    for (const { pair, nodes } of changed) now.set(pair, nodes);
    return { revision, sizes: now };
  });
  nodesChanged();
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
export function isSyncing({ pairs }: Pick<Fleet, "pairs">): boolean {
  return pairs.some(({ sync }) => sync.phase === "running" || sync.phase === "queued");
}

export function sizeOf({ sizes }: Pick<Fleet, "sizes">, pair: number): number {
  return sizes.get(pair) ?? 0;
}

/** How many nodes are known. */
export function totalOf({ sizes }: Pick<Fleet, "sizes">): number {
  return [...sizes.values()].reduce((sum, nodes) => sum + nodes, 0);
}

/** The node that a target of this profile and Region means, if it is among the known ones; `null` profile or Region means any. */
export function nodeOfTarget(
  { pairs, nodes }: Pick<Fleet, "pairs" | "nodes">,
  target: string,
  profile: string | null,
  region: string | null,
): NodeView | undefined {
  for (const pair of pairs) {
    if (profile !== null && pair.profile !== profile) continue;
    if (region !== null && pair.region !== region) continue;
    const node = nodes.get(`${pair.id}/${target}`);
    if (node !== undefined) return node;
  }
  return undefined;
}

onPinned((found) => {
  useFleet.setState(({ nodes }) => ({ nodes: nodes.pinning(found) }));
});
