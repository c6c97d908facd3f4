/** What Enter in the search means: a search may find one thing, and then there is nothing left to choose. */

import { compareStanding, naturalKey, type Standing } from "../domain/rank";
import { pairName } from "../domain/words";
import { fitOf, moreOf } from "../kit/fit";
import type { Recencies } from "../sessions/recently-used";
import type { Query } from "./query";
import { type Row, rowTitle } from "./row";
import type { Tree } from "./tree";

export interface BestHit {
  /** What is opened or offered; null if nothing was found. */
  row: Row | null;
  /** Whether there is no choice left to make. */
  sure: boolean;
}

type Leaf = Extract<Row, { kind: "node" | "connection" }>;

/** `chosen` is the row that was selected since the search says what it says. */
export function bestHit(
  { rows }: Pick<Tree, "rows">,
  query: Query,
  chosen: string | null,
  recency: Recencies,
): BestHit {
  const leaves = [...rows].filter((row): row is Leaf => row.kind === "node" || row.kind === "connection");
  const own = leaves.find((row) => row.key === chosen);
  if (own !== undefined) return { row: own, sure: true };
  const words = wordsOf(query);
  const ranked = leaves.map((row) => ({ row, exact: isExact(row, words), fit: fitOfRow(row, words) }));
  const exact = ranked.filter((one) => one.exact);
  const [first] = [...ranked].sort((a, b) => a.fit - b.fit || compareRows(a.row, b.row, recency));
  if (first === undefined) return { row: null, sure: false };
  return { row: first.row, sure: leaves.length === 1 || (exact.length === 1 && first.exact) };
}

/** What the search says of names and ids. */
function wordsOf({ terms }: Query): string[] {
  return terms.flatMap((term) => {
    if (term.kind === "word") return [term.word];
    return term.kind === "field" && (term.field === "name" || term.field === "id") ? term.values : [];
  });
}

/** Whether one of the words is the whole name or the whole id. */
function isExact(row: Leaf, words: readonly string[]): boolean {
  return words.includes(rowTitle(row).toLowerCase()) || words.includes(targetOf(row).toLowerCase());
}

function fitOfRow(row: Leaf, words: readonly string[]): number {
  const fit = fitOf({ name: rowTitle(row).toLowerCase(), more: moreOf(targetOf(row)) }, words);
  // What is found by an address or a tag is found all the same.
  return Number.isFinite(fit) ? fit : Number.MAX_SAFE_INTEGER;
}

function targetOf(row: Leaf): string {
  return row.kind === "node" ? row.node.id : row.connection.draft.target;
}

function compareRows(a: Leaf, b: Leaf, recency: Recencies): number {
  return compareStanding(standingOf(a, recency), standingOf(b, recency));
}

function standingOf(row: Leaf, recency: Recencies): Standing {
  const order = naturalKey(rowTitle(row));
  if (row.kind === "connection") {
    const production = row.environment === "prod";
    return { production, recency: recency.saved(row.connection), order, last: row.key };
  }
  const { node, pair } = row;
  const last = `${pairName(pair.profile, pair.region)} ${node.key}`;
  return { production: pair.environment === "prod", recency: recency.node(node), order, last };
}
