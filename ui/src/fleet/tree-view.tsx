/** The fleet tree: only the rows that can be seen are drawn and here, and every row can be reached by keys. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, type RefObject, useCallback, useEffect, useRef } from "react";
import { ContextArea } from "../kit/menu";
import { moveByOne } from "../saved/moving";
import { isCovered } from "../window/dialogs";
import { useFleet } from "./fleet";
import { loadAround, locate, nodesInView } from "./found";
import { isItem, levelOf, type Row } from "./row";
import type { RowList } from "./row-list";
import { rowMenu } from "./row-menu";
import { selection, useSelection } from "./selection";
import type { Tree } from "./tree";
import { itemOf, useTreeDrag } from "./tree-drag";
import { activate, fold, isTyped, keyTarget, runKey } from "./tree-keys";
import { TreeRow } from "./tree-rows";
import styles from "./tree-view.module.css";
import { leadsNowhere, lookingUp, type TypedHit, typedAhead } from "./type-ahead";

const ROW_HEIGHT = 26;
const FIRST_HEIGHT = 28;
const HEIGHTS: Partial<Record<Row["kind"], number>> = { section: 34, failure: 92, note: 28 };

export function TreeView({ tree: { rows } }: { tree: Tree }) {
  const scroller = useRef<HTMLDivElement>(null);
  const selected = useSelection((now) => now.selected);
  const selectedIndex = selected === null ? -1 : rows.indexOf(selected);
  const current = selectedIndex >= 0 ? selectedIndex : rows.itemFrom(0, 1);
  const virtualizer = useRows(rows, scroller, current);
  useNodesInView(rows, virtualizer.getVirtualItems());
  const walk = useWalk(rows, scroller, selectedIndex, (index) => virtualizer.scrollToIndex(index, { align: "auto" }));
  const onKeyDown = useKeys(rows, selectedIndex, walk);
  const pointer = usePointer(rows);
  const { drop, dragged, handlers } = useTreeDrag(rows);
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
        {...handlers}
        data-dragging={dragged !== null || undefined}
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
                data-drop={drop?.key === row.key ? drop.part : undefined}
                data-dragged={dragged === row.key || undefined}
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

/** Fetches the nodes in view that are not here, and says which ones are in view. */
function useNodesInView(rows: RowList, items: readonly { index: number }[]) {
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    nodesInView(rows.nodesBefore(first), rows.nodesBefore(last + 1));
    for (let index = first; index <= last; index += 1) {
      const row = rows.at(index);
      if (row?.kind === "pending") void loadAround(row.pair.id, row.index);
    }
  }, [rows, first, last]);
}

/** How a row is selected by keys. */
interface Walk {
  to: (index: number) => void;
  /** The row of that key is the one that is meant, wherever it stands. */
  focusWanted: RefObject<boolean>;
}

/** Selects a row by keys and brings it into view and focus; one that is not here yet as soon as it is. */
function useWalk(
  rows: RowList,
  scroller: RefObject<HTMLDivElement | null>,
  selectedIndex: number,
  show: (index: number) => void,
): Walk {
  const selected = useSelection((now) => now.selected);
  const focusWanted = useRef(false);
  const awaited = useRef(-1);
  const isPlaced = selectedIndex >= 0;
  useEffect(() => {
    if (selected?.startsWith("n:") && !isPlaced) void locate(selected.slice(2));
  }, [selected, isPlaced]);
  // A selection made by keys, or from elsewhere, is brought into view; one made by the pointer is in view already.
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows may change under a selection that stays where it is
  useEffect(() => {
    if (!isPlaced) return;
    show(selectedIndex);
    if (!focusWanted.current) return;
    focusWanted.current = false;
    requestAnimationFrame(() => {
      // A slow frame comes after the next key, which may have opened a dialog.
      if (!isCovered()) focusRow(scroller.current, selected);
    });
  }, [selected, isPlaced]);
  const to = (index: number) => {
    const row = rows.at(index);
    if (row === undefined) return;
    if (row.kind === "pending") {
      awaited.current = index;
      void loadAround(row.pair.id, row.index);
      return;
    }
    awaited.current = -1;
    focusWanted.current = true;
    if (row.key === selected) focusRow(scroller.current, selected);
    selection.select(row.key);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only other rows can hold the one that is awaited
  useEffect(() => {
    if (awaited.current >= 0 && rows.at(awaited.current)?.kind !== "pending") to(awaited.current);
  }, [rows]);
  return { to, focusWanted };
}

/** A row that is gone may have been the selected one. Nothing else is meant then: keys only lead on from its place. */
function useKeys(rows: RowList, selectedIndex: number, { to, focusWanted }: Walk) {
  const lastIndex = useRef(-1);
  const latest = useRef(rows);
  latest.current = rows;
  if (selectedIndex >= 0) lastIndex.current = selectedIndex;
  const go = async ({ key, place }: TypedHit) => {
    if (place !== null) await loadAround(place.pair, place.index);
    focusWanted.current = true;
    selection.select(key);
  };
  return (event: KeyboardEvent) => {
    if (event.target instanceof HTMLButtonElement) return;
    const at = selectedIndex >= 0 ? selectedIndex : indexAt(rows, event.target);
    const from = at >= 0 ? at : Math.min(lastIndex.current, rows.length - 1);
    const target = keyTarget(event, rows, from);
    const row = rows.at(at);
    const item = itemOf(row);
    if (event.altKey && item !== null && (event.key === "ArrowUp" || event.key === "ArrowDown"))
      moveByOne(item, event.key === "ArrowUp" ? -1 : 1);
    else if (isTyped(event)) typedAhead(event.key, rows, from, go);
    else if (event.key === "Enter" && lookingUp() !== null) void enterAfter(lookingUp(), latest);
    else if (target !== null) to(target);
    else if (row === undefined || !runKey(event, row)) return;
    event.preventDefault();
  };
}

/** Enter on letters that are still looked up means the row that they lead to. */
async function enterAfter(letters: Promise<unknown> | null, rows: RefObject<RowList>) {
  await letters;
  const { selected } = useSelection.getState();
  if (leadsNowhere() || selected === null) return;
  const row = rows.current.at(rows.current.indexOf(selected)) ?? nodeRowOf(selected);
  if (row !== undefined && isItem(row)) activate(row.kind === "pending" ? (nodeRowOf(selected) ?? row) : row);
}

/** The row of a node that the tree has not drawn yet. */
function nodeRowOf(key: string): Row | undefined {
  const { nodes, pairs } = useFleet.getState();
  const node = nodes.get(key.slice(2));
  const pair = pairs.find(({ id }) => id === node?.pair);
  return node === undefined || pair === undefined ? undefined : { kind: "node", key, node, pair };
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
