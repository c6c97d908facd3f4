/** The rows of the tree as a list. Nodes are in blocks whose rows are made when they are asked for, however many there are. */
import type { NodePlaceView, NodeView, PairView } from "../ipc/contract";
import { isItem, type Row, rowKey } from "./row";

/** The nodes of a pair, of which some are here. */
export interface NodeBlock {
  kind: "nodes";
  pair: PairView;
  count: number;
  here: ReadonlyMap<number, NodeView> | undefined;
}

/** Rows that stand for themselves, the rows of one parent, or a block of nodes. */
export type RowGroup = Row | readonly Row[] | NodeBlock;

interface Part {
  rows: readonly Row[];
  block: NodeBlock | null;
  start: number;
  length: number;
  /** Whether its rows share a parent. */
  isChildren: boolean;
}

export class RowList {
  private readonly indices = new Map<string, number>();

  private constructor(
    private readonly parts: readonly Part[],
    readonly length: number,
    private readonly places: ReadonlyMap<string, NodePlaceView>,
  ) {
    for (const { rows, start } of parts) for (const [at, { key }] of rows.entries()) this.indices.set(key, start + at);
  }

  /** `places` says where nodes stand. */
  static of(groups: readonly RowGroup[], places: ReadonlyMap<string, NodePlaceView> = new Map()): RowList {
    const parts: Part[] = [];
    let start = 0;
    for (const group of groups) {
      const part = partOf(group, start);
      if (part.length > 0) parts.push(part);
      start += part.length;
    }
    return new RowList(parts, start, places);
  }

  at(index: number): Row | undefined {
    const part = this.#partAt(index);
    if (part === undefined || index >= part.start + part.length) return undefined;
    return part.block === null ? part.rows[index - part.start] : nodeRow(part.block, index - part.start);
  }

  /** -1 if there is no such row, or nobody knows where it stands. */
  indexOf(key: string): number {
    const place = key.startsWith("n:") ? this.places.get(key.slice(2)) : undefined;
    return place === undefined ? (this.indices.get(key) ?? -1) : this.indexOfPlace(place);
  }

  /** The row of a node; -1 if its pair is folded. */
  indexOfPlace({ pair, index }: NodePlaceView): number {
    const part = this.parts.find(({ block }) => block?.pair.id === pair);
    return part === undefined || index >= part.length ? -1 : part.start + index;
  }

  /** Where a row stands among the nodes, or the first node behind it does; null if there is none. */
  nodePlace(index: number): NodePlaceView | null {
    const part = this.parts.find(({ block, start, length }) => block !== null && index < start + length);
    if (part?.block == null) return null;
    return { pair: part.block.pair.id, index: Math.max(0, index - part.start) };
  }

  /** How many nodes stand before a row. */
  nodesBefore(index: number): number {
    return this.parts.reduce(
      (sum, { block, start, length }) => (block === null ? sum : sum + Math.max(0, Math.min(length, index - start))),
      0,
    );
  }

  /** Where a row stands among those that share its parent; null at the top. */
  place(index: number): { index: number; count: number } | null {
    const part = this.#partAt(index);
    return part?.isChildren ? { index: index - part.start, count: part.length } : null;
  }

  /** The next row that can be selected, at the index or on from there; -1 if there is none. */
  itemFrom(index: number, direction: 1 | -1): number {
    for (let at = index; at >= 0 && at < this.length; at += direction) if (isItem(this.at(at) as Row)) return at;
    return -1;
  }

  /** The rows that are no nodes, each with its index. */
  *others(): Generator<[Row, number]> {
    for (const { rows, start } of this.parts) for (const [at, row] of rows.entries()) yield [row, start + at];
  }

  /** Numbers of the pairs whose nodes are folded away. */
  folded(): number[] {
    const open = new Set(this.parts.flatMap(({ block }) => block?.pair.id ?? []));
    return [...this.others()].flatMap(([row]) => (row.kind === "pair" && !open.has(row.pair.id) ? [row.pair.id] : []));
  }

  /** All rows; for tests, and for what is small. */
  *[Symbol.iterator](): Generator<Row> {
    for (let index = 0; index < this.length; index += 1) yield this.at(index) as Row;
  }

  #partAt(index: number): Part | undefined {
    let [from, to] = [0, this.parts.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.parts[middle]?.start ?? 0) <= index) from = middle + 1;
      else to = middle;
    }
    return this.parts[from - 1];
  }
}

function partOf(group: RowGroup, start: number): Part {
  if ("count" in group && group.kind === "nodes")
    return { rows: [], block: group, start, length: group.count, isChildren: true };
  const isRow = "kind" in group;
  const rows = isRow ? [group as Row] : (group as readonly Row[]);
  return { rows, block: null, start, length: rows.length, isChildren: !isRow };
}

const made = new WeakMap<NodeView, Extract<Row, { kind: "node" }>>();

/** The same row while node and pair are the same, so that it is not drawn anew. */
function nodeRow({ pair, here }: NodeBlock, index: number): Row {
  const node = here?.get(index);
  if (node === undefined) return { kind: "pending", key: `pending:${pair.id}:${index}`, pair, index };
  let row = made.get(node);
  if (row?.pair !== pair) {
    row = { kind: "node", key: rowKey("node", node.key), node, pair };
    made.set(node, row);
  }
  return row;
}
