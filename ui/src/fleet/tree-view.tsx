/** The fleet tree: only the rows that can be seen are drawn, and every row can be reached by keys. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, type RefObject, useCallback, useEffect, useRef } from "react";
import { ContextArea } from "../kit/menu";
import { isCovered } from "../window/dialogs";
import { isItem, levelOf, type Row } from "./row";
import type { RowList } from "./row-list";
import { rowMenu } from "./row-menu";
import { selection, useSelection } from "./selection";
import type { Tree } from "./tree";
import { activate, fold, keyTarget, runKey } from "./tree-keys";
import { TreeRow } from "./tree-rows";
import styles from "./tree-view.module.css";

const ROW_HEIGHT = 26;
const FIRST_HEIGHT = 28;
const HEIGHTS: Partial<Record<Row["kind"], number>> = { section: 34, failure: 92, note: 28 };

export function TreeView({ tree: { rows } }: { tree: Tree }) {
  const scroller = useRef<HTMLDivElement>(null);
  const selected = useSelection((now) => now.selected);
  const selectedIndex = selected === null ? -1 : rows.indexOf(selected);
  const current = selectedIndex >= 0 ? selectedIndex : rows.itemFrom(0, 1);
  const virtualizer = useRows(rows, scroller, current);
  const walk = useWalk(rows, scroller, selectedIndex, (index) => virtualizer.scrollToIndex(index, { align: "auto" }));
  const onKeyDown = useKeys(rows, selectedIndex, walk);
  const pointer = usePointer(rows);
  const selectedRow = rows.at(selectedIndex);
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
        {...pointer}
      >
        <div className={styles.sizer} style={{ height: virtualizer.getTotalSize() }} role="presentation">
          {virtualizer.getVirtualItems().map(({ index, key, start }) => {
            const row = rows.at(index);
            if (row === undefined) return null;
            const place = rows.place(index);
            return (
              <div
                key={key}
                ref={row.kind === "failure" || row.kind === "note" ? virtualizer.measureElement : undefined}
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
                  last={levelOf(rows.at(index + 1)) < levelOf(row)}
                  place={place?.index ?? null}
                  siblings={place?.count ?? null}
                />
              </div>
            );
          })}
        </div>
      </div>
    </ContextArea>
  );
}

/** The rows in view. */
function useRows(rows: RowList, scroller: RefObject<HTMLDivElement | null>, current: number) {
  return useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    // The same function while the rows are the same: every row is measured anew with another one.
    getItemKey: useCallback((index: number) => rows.at(index)?.key ?? index, [rows]),
    estimateSize: (index) => (index === 0 ? FIRST_HEIGHT : (HEIGHTS[rows.at(index)?.kind ?? "node"] ?? ROW_HEIGHT)),
    overscan: 12,
    // The row that has the focus stays in the document wherever the tree is scrolled to.
    rangeExtractor: (range) => {
      const from = Math.max(0, range.startIndex - range.overscan);
      const to = Math.min(range.count - 1, range.endIndex + range.overscan);
      const shown = Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
      return current < 0 || (current >= from && current <= to) ? shown : [...shown, current].sort((a, b) => a - b);
    },
  });
}

/** Selects a row by keys and brings it into view and focus. */
function useWalk(
  rows: RowList,
  scroller: RefObject<HTMLDivElement | null>,
  selectedIndex: number,
  show: (index: number) => void,
) {
  const selected = useSelection((now) => now.selected);
  const focusWanted = useRef(false);
  // A selection made by keys, or from elsewhere, is brought into view; one made by the pointer is in view already.
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows may change under a selection that stays where it is
  useEffect(() => {
    if (selectedIndex < 0) return;
    show(selectedIndex);
    if (!focusWanted.current) return;
    focusWanted.current = false;
    requestAnimationFrame(() => {
      // A slow frame comes after the next key, which may have opened a dialog.
      if (!isCovered()) focusRow(scroller.current, selected);
    });
  }, [selected]);
  return (index: number) => {
    const row = rows.at(index);
    if (row === undefined) return;
    focusWanted.current = true;
    if (row.key === selected) focusRow(scroller.current, selected);
    selection.select(row.key);
  };
}

/** A row that is gone may have been the selected one. Nothing else is meant then: keys only lead on from its place. */
function useKeys(rows: RowList, selectedIndex: number, walk: (index: number) => void) {
  const lastIndex = useRef(-1);
  if (selectedIndex >= 0) lastIndex.current = selectedIndex;
  return (event: KeyboardEvent) => {
    if (event.target instanceof HTMLButtonElement) return;
    const at = selectedIndex >= 0 ? selectedIndex : indexAt(rows, event.target);
    const target = keyTarget(event, rows, at >= 0 ? at : Math.min(lastIndex.current, rows.length - 1));
    const row = rows.at(at);
    if (target !== null) walk(target);
    else if (row === undefined || !runKey(event, row)) return;
    event.preventDefault();
  };
}

function usePointer(rows: RowList) {
  const pressed = useRef<[string | null, string | null]>([null, null]);
  return {
    onClick: (event: MouseEvent) => {
      const row = rowUnder(rows, event);
      pressed.current = [pressed.current[1], row?.key ?? null];
      if (row === undefined) return;
      selection.select(row.key);
      fold(row);
    },
    onDoubleClick: (event: MouseEvent) => {
      const row = rowUnder(rows, event);
      // Between two clicks the rows may have moved: only two on the same row open it.
      const [first, second] = pressed.current;
      if (first !== row?.key || second !== row?.key) return;
      if (row?.kind === "node" || row?.kind === "connection") activate(row);
    },
    onContextMenu: (event: MouseEvent) => {
      const row = rowUnder(rows, event);
      if (row !== undefined && isItem(row)) selection.select(row.key);
      else noMenu(event);
    },
  };
}

function indexAt(rows: RowList, target: EventTarget): number {
  const key = target instanceof Element ? target.closest<HTMLElement>("[data-row]")?.dataset.row : undefined;
  return key === undefined ? -1 : rows.indexOf(key);
}

/** A button in a row means only itself. */
function rowUnder(rows: RowList, { target }: MouseEvent): Row | undefined {
  return (target as Element).closest("button") === null ? rows.at(indexAt(rows, target)) : undefined;
}

/** Beside the rows there is nothing to offer. */
function noMenu(event: MouseEvent & { preventBaseUIHandler?: () => void }) {
  event.preventDefault();
  event.preventBaseUIHandler?.();
}

function focusRow(scroller: HTMLElement | null, key: string | null) {
  if (key === null) return;
  scroller?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}
