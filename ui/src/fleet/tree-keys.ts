/** What keys do in the tree: walk from row to row, fold, open, edit and delete. */
import type { KeyboardEvent } from "react";
import type { Action, Actions } from "../actions/action";
import { CONNECTION_ACTIONS, GROUP_ACTIONS, NODE_ACTIONS } from "../actions/row-actions";
import { pairName } from "../domain/words";
import { foldGroup } from "../saved/actions";
import { isOpen, levelOf, type Row } from "./row";
import type { RowList } from "./row-list";
import { selection } from "./selection";
import { leadsNowhere } from "./type-ahead";

/** Where a walking key leads; null if the key does not walk. */
export function keyTarget(event: KeyboardEvent, rows: RowList, from: number): number | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  switch (event.key) {
    case "ArrowDown":
      return step(rows, from, 1);
    case "ArrowUp":
      return step(rows, from, -1);
    case "PageDown":
      return step(rows, from, 10);
    case "PageUp":
      return step(rows, from, -10);
    case "Home":
      return rows.itemFrom(0, 1);
    case "End":
      return rows.itemFrom(rows.length - 1, -1);
    case "ArrowLeft":
      return parentOf(rows, from);
    case "ArrowRight":
      return isOpen(rows.at(from)) && levelOf(rows.at(from + 1)) > levelOf(rows.at(from)) ? step(rows, from, 1) : null;
  }
  return null;
}

/** Whether the key is a letter that leads to a row. */
export function isTyped({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return !(ctrlKey || metaKey || altKey) && key.length === 1 && key !== " " && key !== "/";
}

function step(rows: RowList, from: number, by: number): number {
  const direction = by < 0 ? -1 : 1;
  let at = from;
  for (let left = Math.abs(by); left > 0; left -= 1) {
    const next = rows.itemFrom(at + direction, direction);
    if (next < 0) break;
    at = next;
  }
  return at;
}

/** From a child to its group; null on a group, which folds instead. */
function parentOf(rows: RowList, from: number): number | null {
  const level = levelOf(rows.at(from));
  if (level < 2 || (rows.at(from)?.kind === "group" && isOpen(rows.at(from)))) return null;
  for (let at = from - 1; at >= 0; at -= 1) {
    const row = rows.at(at);
    if ((row?.kind === "group" || row?.kind === "pair") && levelOf(row) < level) return at;
  }
  return null;
}

/** What a key does with a row; false if the key means nothing here. */
export function runKey(event: KeyboardEvent, row: Row): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.key === "Enter") enter(row);
  else if (event.key === " ") fold(row);
  else if (event.key === "ArrowLeft" && isOpen(row)) fold(row);
  else if (event.key === "ArrowRight" && !isOpen(row)) fold(row);
  else return runRowKey(event.key, row) || event.key === "F2" || event.key === "Delete";
  return true;
}

/** Not while letters are typed that lead to no row. */
function enter(row: Row) {
  if (!leadsNowhere()) activate(row);
}

/** Connects to a node or a saved connection; folds anything else. */
export function activate(row: Row) {
  if (!runRowKey("Enter", row)) fold(row);
}

/** Does what the table of actions says of the key; false if it says nothing. */
function runRowKey(key: string, row: Row): boolean {
  const [actions, on] = actionsOf(row);
  const action = Object.values<Action<never>>(actions as Actions<never>).find(({ rowKey }) => rowKey === key);
  action?.run(on as never);
  return action !== undefined;
}

function actionsOf(row: Row): readonly [object, unknown] {
  switch (row.kind) {
    case "node":
      return [NODE_ACTIONS, row.node];
    case "connection":
      return [CONNECTION_ACTIONS, row.connection];
    case "group":
      return [GROUP_ACTIONS, row.group];
    default:
      return [{}, null];
  }
}

export function fold(row: Row) {
  if (row.kind === "group") foldGroup(row.group, row.open);
  if (row.kind === "pair") selection.foldPair(pairName(row.pair.profile, row.pair.region), row.open);
}
