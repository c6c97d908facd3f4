/** What keys do in the tree of containers: walk, fold, connect. */
import type { KeyboardEvent } from "react";
import type { ContainerRow } from "./container-rows";
import { connectContainer, foldRow } from "./container-tree";

/** Does what a key means on the row with this key; `walk` brings another one into focus. */
export function onContainerKey(
  event: KeyboardEvent,
  rows: readonly ContainerRow[],
  current: string | null,
  walk: (row: ContainerRow | undefined) => void,
) {
  const at = rows.findIndex(({ key }) => key === current);
  const row = rows[at];
  if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof HTMLButtonElement) return;
  const target = rowTarget(event.key, rows, at);
  if (target !== null) walk(target);
  else if (!runKey(event.key, row)) return;
  event.preventDefault();
}

/** Where a walking key leads; null if the key does not walk. */
function rowTarget(key: string, rows: readonly ContainerRow[], at: number): ContainerRow | undefined | null {
  switch (key) {
    case "ArrowDown":
      return rows[at + 1];
    case "ArrowUp":
      return rows[at - 1];
    case "Home":
      return rows[0];
    case "End":
      return rows.at(-1);
    case "ArrowRight":
      return rows[at]?.open === true ? rows[at + 1] : null;
    case "ArrowLeft":
      return rows[at]?.open === true ? null : parentOf(rows, at);
    default:
      return null;
  }
}

function runKey(key: string, row: ContainerRow): boolean {
  if (key === "Enter" && row.kind === "container") connectContainer(row);
  else if (key === "Enter" || key === " " || key === "ArrowRight" || key === "ArrowLeft") foldRow(row);
  else return false;
  return true;
}

function parentOf(rows: readonly ContainerRow[], at: number): ContainerRow | undefined {
  const level = rows[at]?.level ?? 0;
  return rows.slice(0, at).findLast((row) => row.level < level);
}
