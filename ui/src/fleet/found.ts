/** What Enter in the search means: a search may find one thing, and then there is nothing left to choose. */
import type { Row, Tree } from "../state/tree";

export interface Found {
  /** The selected row if the search still shows it, else the first one; null if nothing was found. */
  row: Row | null;
  /** Whether there is no choice left to make. */
  sure: boolean;
}

export function foundByEnter(tree: Tree, selected: string | null): Found {
  const leaves = tree.rows.filter((row) => row.kind === "node" || row.kind === "connection");
  const chosen = leaves.find((row) => row.key === selected);
  return { row: chosen ?? leaves[0] ?? null, sure: chosen !== undefined || leaves.length === 1 };
}
