/** The fleet tree: only the rows that can be seen are drawn, and every row can be reached by keys. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef } from "react";
import { pairName } from "../domain/words";
import { ContextArea } from "../kit/menu";
import { deleteConnection, deleteGroup, editConnection, foldGroup } from "../saved/actions";
import { connectNode, connectSaved } from "../sessions/actions";
import { isCovered, openDialog } from "../window/dialogs";
import { useWorkspace, workspace } from "../window/workspace";
import { rowMenu } from "./row-menu";
import { TreeRow } from "./rows";
import { isItem, type Row, type Tree } from "./tree";
import styles from "./tree-view.module.css";
import { leadsNowhere, typedAhead } from "./type-ahead";

const ROW_HEIGHT = 26;
const HEIGHTS: Partial<Record<Row["kind"], number>> = { section: 34, failure: 92, note: 28 };

export function TreeView({ tree }: { tree: Tree }) {
  const { rows } = tree;
  const scroller = useRef<HTMLDivElement>(null);
  const selected = useWorkspace((now) => now.selected);
  const places = useMemo(() => placesOf(rows), [rows]);
  const selectedIndex = selected === null ? -1 : (places.index.get(selected) ?? -1);
  const current = selectedIndex >= 0 ? selectedIndex : rows.findIndex(isItem);
  const focusWanted = useRef(false);
  const pressed = useRef<[string | null, string | null]>([null, null]);
  const lastIndex = useRef(-1);
  if (selectedIndex >= 0) lastIndex.current = selectedIndex;

  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: (index) => (index === 0 ? 28 : (HEIGHTS[rows[index]?.kind ?? "node"] ?? ROW_HEIGHT)),
    overscan: 12,
    // The row that has the focus stays in the document wherever the tree is scrolled to.
    rangeExtractor: (range) => {
      const from = Math.max(0, range.startIndex - range.overscan);
      const to = Math.min(range.count - 1, range.endIndex + range.overscan);
      const shown = Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
      return current < 0 || (current >= from && current <= to) ? shown : [...shown, current].sort((a, b) => a - b);
    },
  });

  // A selection made by keys, or from elsewhere, is brought into view; one made by the pointer is in view already.
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows may change under a selection that stays where it is
  useEffect(() => {
    if (selectedIndex < 0) return;
    virtualizer.scrollToIndex(selectedIndex, { align: "auto" });
    if (!focusWanted.current) return;
    focusWanted.current = false;
    requestAnimationFrame(() => {
      // A slow frame comes after the next key, which may have opened a dialog.
      if (!isCovered()) focusRow(scroller.current, selected);
    });
  }, [selected]);

  const walk = (index: number) => {
    const row = rows[index];
    if (row === undefined) return;
    focusWanted.current = true;
    if (row.key === selected) focusRow(scroller.current, selected);
    workspace.select(row.key);
  };

  // A row that is gone may have been the selected one. Nothing else is meant then: keys only lead on from its place.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLButtonElement) return;
    const at = selectedIndex >= 0 ? selectedIndex : indexOf(event.target);
    const target = keyTarget(event, rows, at >= 0 ? at : Math.min(lastIndex.current, rows.length - 1), places);
    const row = rows[at];
    if (target !== null) walk(target);
    else if (row === undefined || !runKey(event, row)) return;
    event.preventDefault();
  };

  const indexOf = (target: EventTarget) => {
    const key = target instanceof Element ? target.closest<HTMLElement>("[data-row]")?.dataset.row : undefined;
    return key === undefined ? -1 : (places.index.get(key) ?? -1);
  };

  const under = (event: MouseEvent) => {
    const target = event.target as Element;
    // A button in a row means only itself.
    const element = target.closest("button") === null ? target.closest<HTMLElement>("[data-row]") : null;
    return element === null ? undefined : rows[places.index.get(element.dataset.row ?? "") ?? -1];
  };

  const selectedRow = selectedIndex < 0 ? undefined : rows[selectedIndex];
  return (
    <ContextArea entries={() => (selectedRow === undefined ? [] : rowMenu(selectedRow))}>
      <div
        ref={scroller}
        className={styles.tree}
        role="tree"
        tabIndex={-1}
        aria-label="Fleet"
        data-testid="tree"
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const row = under(event);
          pressed.current = [pressed.current[1], row?.key ?? null];
          if (row === undefined) return;
          workspace.select(row.key);
          fold(row);
        }}
        onDoubleClick={(event) => {
          const row = under(event);
          // Between two clicks the rows may have moved: only two on the same row open it.
          const [first, second] = pressed.current;
          if (first !== row?.key || second !== row?.key) return;
          if (row?.kind === "node" || row?.kind === "connection") activate(row);
        }}
        onContextMenu={(event) => {
          const row = under(event);
          if (row !== undefined && isItem(row)) workspace.select(row.key);
          else noMenu(event);
        }}
      >
        <div className={styles.sizer} style={{ height: virtualizer.getTotalSize() }} role="presentation">
          {virtualizer.getVirtualItems().map(({ index, key, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const measured = row.kind === "failure" || row.kind === "note";
            return (
              <div
                key={key}
                ref={measured ? virtualizer.measureElement : undefined}
                data-index={index}
                className={styles.slot}
                style={{ transform: `translateY(${start}px)` }}
                role="presentation"
              >
                <TreeRow
                  row={row}
                  selected={row.key === selected}
                  current={index === current}
                  first={index === 0}
                  last={!isChild(rows[index + 1])}
                  place={places.place.get(row.key) ?? null}
                />
              </div>
            );
          })}
        </div>
      </div>
    </ContextArea>
  );
}

/** Beside the rows there is nothing to offer. */
function noMenu(event: MouseEvent & { preventBaseUIHandler?: () => void }) {
  event.preventDefault();
  event.preventBaseUIHandler?.();
}

interface Places {
  index: ReadonlyMap<string, number>;
  /** Position among siblings, for children of a group. */
  place: ReadonlyMap<string, { index: number; siblings: { count: number } }>;
}

function placesOf(rows: readonly Row[]): Places {
  const index = new Map<string, number>();
  const place = new Map<string, { index: number; siblings: { count: number } }>();
  let siblings = { count: 0 };
  for (const [at, row] of rows.entries()) {
    index.set(row.key, at);
    if (!isChild(row)) siblings = { count: 0 };
    else if (isItem(row)) {
      place.set(row.key, { index: siblings.count, siblings });
      siblings.count += 1;
    }
  }
  return { index, place };
}

function isChild(row: Row | undefined): boolean {
  return row?.kind === "node" || row?.kind === "failure" || (row?.kind === "connection" && row.level === 2);
}

function focusRow(scroller: HTMLElement | null, key: string | null) {
  if (key === null) return;
  scroller?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

/** Where a walking key leads; null if the key does not walk. */
function keyTarget(event: KeyboardEvent, rows: readonly Row[], from: number, places: Places): number | null {
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
      return rows.findIndex(isItem);
    case "End":
      return rows.findLastIndex(isItem);
    case "ArrowLeft":
      return parentOf(rows, from);
    case "ArrowRight":
      return isOpen(rows[from]) && isChild(rows[from + 1]) ? step(rows, from, 1) : null;
  }
  const typed =
    event.key.length === 1 && event.key !== " " && event.key !== "/" ? typedAhead(event.key, rows, from) : null;
  return typed === null ? null : (places.index.get(typed) ?? null);
}

function step(rows: readonly Row[], from: number, by: number): number {
  const direction = Math.sign(by);
  let at = from;
  for (let left = Math.abs(by); left > 0; left -= 1) {
    let next = at + direction;
    while (next >= 0 && next < rows.length && !isItem(rows[next] as Row)) next += direction;
    if (next < 0 || next >= rows.length) break;
    at = next;
  }
  return at;
}

/** From a child to its group; null on a group, which folds instead. */
function parentOf(rows: readonly Row[], from: number): number | null {
  if (!isChild(rows[from])) return null;
  for (let at = from - 1; at >= 0; at -= 1) {
    const kind = rows[at]?.kind;
    if (kind === "group" || kind === "pair") return at;
  }
  return null;
}

function isOpen(row: Row | undefined): boolean {
  return (row?.kind === "group" || row?.kind === "pair") && row.open;
}

/** What a key does with a row; false if the key means nothing here. */
function runKey(event: KeyboardEvent, row: Row): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.key === "Enter") enter(row);
  else if (event.key === " ") fold(row);
  else if (event.key === "ArrowLeft" && isOpen(row)) fold(row);
  else if (event.key === "ArrowRight" && !isOpen(row)) fold(row);
  else if (event.key === "F2") edit(row);
  else if (event.key === "Delete") remove(row);
  else return false;
  return true;
}

/** Not while letters are typed that lead to no row. */
function enter(row: Row) {
  if (!leadsNowhere()) activate(row);
}

/** Connects to a node or a saved connection; folds anything else. */
export function activate(row: Row) {
  if (row.kind === "node") connectNode(row.node);
  else if (row.kind === "connection") void connectSaved(row.connection);
  else fold(row);
}

function fold(row: Row) {
  if (row.kind === "group") foldGroup(row.group, row.open);
  if (row.kind === "pair") workspace.foldPair(pairName(row.pair.profile, row.pair.region), row.open);
}

function edit(row: Row) {
  if (row.kind === "connection") editConnection(row.connection);
  if (row.kind === "group") openDialog({ kind: "group", id: row.group.id });
}

function remove(row: Row) {
  if (row.kind === "connection") deleteConnection(row.connection);
  if (row.kind === "group") deleteGroup(row.group);
}
