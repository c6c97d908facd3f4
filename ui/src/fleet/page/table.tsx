/** The table of nodes: only the rows in view are drawn, and every row can be reached by keys. */
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type FocusEvent,
  type MouseEvent,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { menuOf } from "../../actions/menus";
import { NODE_ACTIONS } from "../../actions/row-actions";
import { Button } from "../../kit/button";
import { ContextArea, type MenuEntry } from "../../kit/menu";
import { Notice } from "../../kit/notice";
import { useNow } from "../../kit/time";
import { ago, figure } from "../../kit/words";
import { isCovered } from "../../window/dialogs";
import { useFleet } from "../fleet";
import { rowKey } from "../row";
import { nodeMenu } from "../row-menu";
import { selection } from "../selection";
import { look, refresh } from "./asking";
import { PICKED_ACTIONS } from "./bulk-bar";
import { leastWidth, shownColumns, tracksOf } from "./columns";
import { NothingFound } from "./empty";
import { pick, useFleetPage } from "./fleet-page";
import { pickAt, pickRange } from "./picking";
import styles from "./table.module.css";
import { TableHead } from "./table-head";
import { onTableKey } from "./table-keys";
import { TableRow } from "./table-row";

const ROW_HEIGHT = 30;
const HEAD_HEIGHT = 28;
/** Below this width of the page only the first columns are shown. */
const NARROW = 700;

export function NodeTable() {
  const view = useFleetPage((now) => now.view);
  const error = useFleetPage((now) => now.error);
  if (view === null) return error === null ? <div className={styles.body} aria-busy="true" /> : <Failed />;
  return (
    <>
      {error !== null && <Failed />}
      {view.matching === 0 ? <NothingFound excludedBy={view.excludedBy} /> : <Grid count={view.matching} />}
      <Foot />
    </>
  );
}

function Failed() {
  const error = useFleetPage((now) => now.error);
  return (
    <div className={styles.failed}>
      {error !== null && <Notice error={error} />}
      <Button onClick={() => void refresh()}>Try again</Button>
    </div>
  );
}

function Grid({ count }: { count: number }) {
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const fields = useFleetPage((now) => now.columns);
  const columns = useMemo(() => shownColumns(fields, width > 0 && width < NARROW), [fields, width]);
  const current = useFleetPage((now) => now.current);
  const virtualizer = useRows(scroller, count, current);
  const walk = useWalk(scroller, (place) => virtualizer.scrollToIndex(place, { align: "auto" }));
  const style = { "--tracks": tracksOf(columns), minWidth: leastWidth(columns) } as CSSProperties;
  return (
    <ContextArea entries={menuAt}>
      <div
        ref={scroller}
        className={styles.body}
        role="grid"
        aria-label="Nodes"
        aria-rowcount={count + 1}
        aria-multiselectable="true"
        data-testid="fleet-table"
        onKeyDown={(event) => onTableKey(event, walk)}
        {...POINTER}
      >
        <div className={styles.sheet} style={style} role="presentation">
          <TableHead columns={columns} />
          <div className={styles.sizer} style={{ height: virtualizer.getTotalSize() }} role="presentation">
            <Rows items={virtualizer.getVirtualItems()} columns={columns} />
          </div>
        </div>
      </div>
    </ContextArea>
  );
}

interface RowsProps {
  items: readonly { index: number; start: number }[];
  columns: ReturnType<typeof shownColumns>;
}

function Rows({ items, columns }: RowsProps) {
  const now = useNow(10_000);
  const { rows, picked, current } = useFleetPage();
  const pairs = useFleet((fleet) => fleet.pairs);
  const byId = useMemo(() => new Map(pairs.map((pair) => [pair.id, pair])), [pairs]);
  return items.map(({ index, start }) => {
    const node = rows.get(index);
    return (
      <div key={index} className={styles.slot} style={{ transform: `translateY(${start}px)` }} role="presentation">
        <TableRow
          index={index}
          node={node}
          pair={node === undefined ? undefined : byId.get(node.pair)}
          columns={columns}
          picked={node !== undefined && picked.has(node.key)}
          current={index === current}
          now={now}
        />
      </div>
    );
  });
}

/** The rows in view, with the one that has the focus wherever the table is scrolled to. */
function useRows(scroller: RefObject<HTMLDivElement | null>, count: number, current: number) {
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    scrollPaddingStart: HEAD_HEIGHT,
    rangeExtractor: ({ startIndex, endIndex, overscan }) => {
      const [from, to] = [Math.max(0, startIndex - overscan), Math.min(count - 1, endIndex + overscan)];
      const shown = Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
      return current >= count || (current >= from && current <= to) ? shown : [...shown, current].sort((a, b) => a - b);
    },
  });
  const { range } = virtualizer;
  const [from, to] = [range?.startIndex ?? 0, range?.endIndex ?? 0];
  useEffect(() => look(from, Math.max(to, from + 20)), [from, to]);
  return virtualizer;
}

/** Makes a row the current one, brings it into view and focus, and shows its facts. */
function useWalk(scroller: RefObject<HTMLDivElement | null>, show: (place: number) => void) {
  return (place: number) => {
    useFleetPage.setState({ current: place });
    show(place);
    tellInspector(place);
    requestAnimationFrame(() => {
      // A slow frame comes after the next key, which may have opened a dialog.
      if (!isCovered())
        scroller.current?.querySelector<HTMLElement>(`[data-place="${place}"]`)?.focus({ preventScroll: true });
    });
  };
}

function tellInspector(place: number) {
  const node = useFleetPage.getState().rows.get(place);
  if (node !== undefined) selection.select(rowKey("node", node.key));
}

/** Keys act on the row that has the focus, however it got it. */
function onFocus({ target }: FocusEvent) {
  const row = (target as Element).closest<HTMLElement>("[data-place]");
  if (row !== null) useFleetPage.setState({ current: Number(row.dataset.place) });
}

const POINTER = {
  onFocus,
  onClick: (event: MouseEvent) => {
    const place = placeUnder(event);
    if (place === null) return;
    const node = useFleetPage.getState().rows.get(place);
    useFleetPage.setState({ current: place });
    tellInspector(place);
    if (event.shiftKey) return void pickRange(place);
    if (event.ctrlKey || event.metaKey) return pickAt(place);
    useFleetPage.setState({ anchor: place });
    if (useFleetPage.getState().picked.size > 0 && node !== undefined) pick([]);
  },
  onDoubleClick: (event: MouseEvent) => {
    const place = placeUnder(event);
    const node = place === null ? undefined : useFleetPage.getState().rows.get(place);
    if (node !== undefined) NODE_ACTIONS["connect-node"].run(node);
  },
  onContextMenu: (event: MouseEvent & { preventBaseUIHandler?: () => void }) => {
    const place = placeUnder(event);
    if (place === null) {
      event.preventDefault();
      event.preventBaseUIHandler?.();
      return;
    }
    useFleetPage.setState({ current: place });
    tellInspector(place);
  },
};

/** A button or a check box in a row means only itself. */
function placeUnder({ target }: MouseEvent): number | null {
  const element = target as Element;
  const row = element.closest<HTMLElement>("[data-place]");
  return row === null || element.closest("button, [role=checkbox]") !== null ? null : Number(row.dataset.place);
}

/** What can be done with all that are picked where the current row is one of them, else with its node. */
function menuAt(): readonly MenuEntry[] {
  const { rows, current, picked } = useFleetPage.getState();
  const node = rows.get(current);
  if (node === undefined) return [];
  if (!picked.has(node.key) || picked.size === 1) return nodeMenu(node);
  return menuOf("nodes", PICKED_ACTIONS, [...picked]);
}

/** How wide the table is shown. */
function useWidth(of: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = of.current;
    if (element === null || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(element);
    return () => observer.disconnect();
  }, [of]);
  return width;
}

function Foot() {
  const { view, current } = useFleetPage();
  const now = useNow(10_000);
  const read = useFleet((fleet) => Math.max(0, ...fleet.pairs.map(({ sync }) => sync.dataAtMs ?? 0)));
  if (view === null || view.matching === 0) return null;
  return (
    <footer className={styles.foot}>
      <span data-testid="fleet-place">
        Row {figure(current + 1)} of {figure(view.matching)}
      </span>
      {read > 0 && <span>Read {ago(read, now)}</span>}
    </footer>
  );
}
