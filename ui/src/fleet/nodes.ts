/** The nodes that are known, by key and, in the order of their names, by pair. A change costs what it changes, however many there are. */
import { naturalKey } from "../domain/rank";
import type { NodeView } from "../ipc/contract";
import { SortedList } from "./sorted-list";

/** The nodes at one moment. Only this module knows how they are kept. */
export interface Nodes {
  readonly size: number;
  get(key: string): NodeView | undefined;
  /** The nodes of a pair by name; the same list as before, and the same parts of it, where nothing changed. */
  ofPair(pair: number): SortedList<NodeView>;
  [Symbol.iterator](): Iterator<NodeView>;
  /** The nodes after a difference; these stay as they are. */
  changed(upserts: readonly NodeView[], removals: readonly string[]): Nodes;
}

/** Of two nodes with one key the last stays. */
export function nodesOf(list: Iterable<NodeView>): Nodes {
  const known = [...new Map([...list].map((node) => [node.key, node])).values()];
  const lists = new Map<number, NodeView[]>();
  for (const node of known) {
    const ofPair = lists.get(node.pair);
    if (ofPair === undefined) lists.set(node.pair, [node]);
    else ofPair.push(node);
  }
  const byPair = new Map([...lists].map(([pair, ofPair]) => [pair, SortedList.of(ofPair, byName)]));
  return new KnownNodes(SortedList.of(known, byKey), byPair);
}

class KnownNodes implements Nodes {
  constructor(
    readonly byKey: SortedList<NodeView>,
    readonly byPair: ReadonlyMap<number, SortedList<NodeView>>,
  ) {}

  get size(): number {
    return this.byKey.length;
  }

  get(key: string): NodeView | undefined {
    return this.byKey.find((node) => compareText(node.key, key));
  }

  ofPair(pair: number): SortedList<NodeView> {
    return this.byPair.get(pair) ?? NONE;
  }

  [Symbol.iterator](): Iterator<NodeView> {
    return this.byKey[Symbol.iterator]();
  }

  changed(upserts: readonly NodeView[], removals: readonly string[]): Nodes {
    // Where most is new, sorting once is less work than finding each place.
    if (upserts.length > this.size) {
      const gone = new Set(removals);
      return nodesOf([...[...this].filter(({ key }) => !gone.has(key)), ...upserts]);
    }
    const byPair = new Map(this.byPair);
    let all = this.byKey;
    const drop = (node: NodeView) => {
      all = all.without(node);
      const rest = (byPair.get(node.pair) ?? NONE).without(node);
      if (rest.length > 0) byPair.set(node.pair, rest);
      else byPair.delete(node.pair);
    };
    const known = (key: string) => all.find((node) => compareText(node.key, key));
    for (const key of removals) {
      const gone = known(key);
      if (gone !== undefined) drop(gone);
    }
    for (const node of upserts) {
      const before = known(node.key);
      // Where the name is another one, the node leaves its old place.
      if (before !== undefined && (before.pair !== node.pair || byName(before, node) !== 0)) drop(before);
      all = all.with(node);
      byPair.set(node.pair, (byPair.get(node.pair) ?? NONE).with(node));
    }
    return new KnownNodes(all, byPair);
  }
}

const NONE: SortedList<NodeView> = SortedList.of([], byName);

function byKey(a: NodeView, b: NodeView): number {
  return compareText(a.key, b.key);
}

function byName(a: NodeView, b: NodeView): number {
  return compareText(sortKey(a), sortKey(b)) || compareText(a.id, b.id);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
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
