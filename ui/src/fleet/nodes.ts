/** The synced fleet: pairs in the user's order, nodes by key and, sorted by name, by pair. */
import { create } from "zustand";
import { naturalKey } from "../domain/rank";
import type { NodeView, PairView } from "../ipc/contract";

export interface Fleet {
  pairs: readonly PairView[];
  nodes: ReadonlyMap<string, NodeView>;
  byPair: ReadonlyMap<number, readonly NodeView[]>;
}

export const useFleet = create<Fleet>(() => emptyFleet());

export function emptyFleet(): Fleet {
  return { pairs: [], nodes: new Map(), byPair: new Map() };
}

export function wholeFleet(pairs: readonly PairView[], nodes: readonly NodeView[]): Fleet {
  return changeFleet({ ...emptyFleet(), pairs }, nodes, []);
}

/** The fleet after a difference. Only the pairs that it touches are sorted again. */
export function changeFleet(fleet: Fleet, upserts: readonly NodeView[], removals: readonly string[]): Fleet {
  const nodes = new Map(fleet.nodes);
  const touched = new Set<number>();
  for (const key of removals) {
    const gone = nodes.get(key);
    if (gone !== undefined) touched.add(gone.pair);
    nodes.delete(key);
  }
  for (const node of upserts) {
    nodes.set(node.key, node);
    touched.add(node.pair);
  }
  return { pairs: fleet.pairs, nodes, byPair: resorted(fleet.byPair, nodes, touched) };
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

/** What to call a node: its name, or its id when it has none. */
export function nodeTitle(node: NodeView): string {
  return node.name === "" ? node.id : node.name;
}

function resorted(before: Fleet["byPair"], nodes: Fleet["nodes"], touched: ReadonlySet<number>) {
  const lists = new Map<number, NodeView[]>([...touched].map((pair) => [pair, []]));
  for (const node of nodes.values()) lists.get(node.pair)?.push(node);
  const byPair = new Map(before);
  for (const [pair, list] of lists) {
    if (list.length === 0) byPair.delete(pair);
    else byPair.set(pair, list.sort(byName));
  }
  return byPair;
}

function byName(a: NodeView, b: NodeView): number {
  const [left, right] = [sortKey(a), sortKey(b)];
  if (left === right) return a.id < b.id ? -1 : 1;
  return left < right ? -1 : 1;
}

const sortKeys = new WeakMap<NodeView, string>();

/** Names compare without case and with their numbers as numbers; nodes without a name come last. */
function sortKey(node: NodeView): string {
  let key = sortKeys.get(node);
  if (key === undefined) {
    key = node.name === "" ? `\uffff${node.id}` : naturalKey(node.name);
    sortKeys.set(node, key);
  }
  return key;
}
