/** The fleet sidebar: saved connections and synced nodes, with their search. */
import { Plus, RefreshCw, Search, Square, X } from "lucide-react";
import { useDeferredValue, useEffect, useId, useMemo, useRef, useState } from "react";
import { buttonOf, menuOf } from "../actions/menus";
import { IconButton } from "../kit/button";
import { Switch } from "../kit/controls";
import { MenuButton, type MenuEntry } from "../kit/menu";
import { counted } from "../kit/words";
import { useProgram } from "../program/program";
import { useConnections } from "../saved/connections";
import { recencies } from "../sessions/recently-used";
import { setOnlyRunning } from "../settings/actions";
import { frame, SIDEBAR_WIDTH, useFrame } from "../window/frame";
import { useLayout } from "../workbench/tabs";
import { bestHit } from "./best-hit";
import { isSyncing, useFleet } from "./fleet";
import { parseQuery } from "./query";
import { selection, useSelection } from "./selection";
import styles from "./sidebar.module.css";
import { buildTree, type Tree } from "./tree";
import { activate } from "./tree-keys";
import { TreeView } from "./tree-view";

/** While typing, so that a word is searched for and not each of its letters. */
const SEARCH_DELAY_MS = 80;

export function FleetSidebar() {
  const width = useFrame((now) => now.sidebarWidth);
  const tree = useTree();
  return (
    <aside className={styles.sidebar} style={{ width }} data-area="sidebar" data-sidebar aria-label="Fleet">
      <header className={styles.head}>
        <h2>Fleet</h2>
        <span className={`${styles.count} line`} data-testid="node-count">
          {counted(tree.total, "node")}
        </span>
        <MenuButton entries={addMenu} align="end">
          <IconButton label="Add" data-testid="fleet-add">
            <Plus size={15} />
          </IconButton>
        </MenuButton>
        <SyncButton />
      </header>
      <SearchField tree={tree} />
      <OnlyRunning />
      <TreeView tree={tree} />
      <WidthHandle />
    </aside>
  );
}

function addMenu(): MenuEntry[] {
  return menuOf("window", ["connect", "line", "new-connection", "new-group", "add-pair"], undefined);
}

function useTree(): Tree {
  const fleet = useDeferredValue(useFleet());
  const groups = useConnections((now) => now.groups);
  const connections = useConnections((now) => now.connections);
  const profiles = useProgram((now) => now.profiles);
  const onlyRunning = useProgram((now) => now.settings.onlyRunning);
  const syncEnabled = useProgram((now) => now.settings.syncEnabled);
  const foldedPairs = useSelection((now) => now.foldedPairs);
  const text = useSelection((now) => now.query);
  const query = useMemo(() => parseQuery(text), [text]);
  return useMemo(
    () => buildTree({ fleet, saved: { groups, connections }, profiles, query, onlyRunning, syncEnabled, foldedPairs }),
    [fleet, groups, connections, profiles, query, onlyRunning, syncEnabled, foldedPairs],
  );
}

function SyncButton() {
  const busy = useFleet(isSyncing);
  if (busy) {
    return (
      <IconButton {...buttonOf("cancel-sync")} data-testid="sync-cancel">
        <Square size={10} fill="currentColor" />
      </IconButton>
    );
  }
  return (
    <IconButton {...buttonOf("sync-all")} data-testid="sync-now">
      <RefreshCw size={14} />
    </IconButton>
  );
}

function SearchField({ tree }: { tree: Tree }) {
  const query = useSelection((now) => now.query);
  const { text, type, clear: clearText } = useTyping(query);
  const [scroll, setScroll] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const onSearchKey = useSearchKeys(tree, query);
  const clear = () => {
    clearText();
    input.current?.focus();
  };
  return (
    <div className={styles.search}>
      <div className={styles.field}>
        <Search size={13} />
        <div className={styles.text}>
          <Colours text={text} scroll={scroll} />
          <input
            ref={input}
            data-search
            data-area-focus
            data-testid="search"
            value={text}
            placeholder="Search names, ids and tags"
            aria-label="Search the fleet: words, or tag:key=value"
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => type(event.target.value)}
            onScroll={(event) => setScroll(event.currentTarget.scrollLeft)}
            onKeyDown={(event) => {
              if (event.nativeEvent.isComposing) return;
              if (event.key === "Escape" && text !== "") clear();
              else if (event.key === "Enter") onSearchKey("open", event.currentTarget.value);
              else if (event.key === "ArrowDown") onSearchKey("walk", event.currentTarget.value);
              else return;
              event.preventDefault();
            }}
          />
        </div>
        {text !== "" && (
          <IconButton label="Clear the search" onClick={clear}>
            <X size={13} />
          </IconButton>
        )}
      </div>
    </div>
  );
}

/** What is typed is searched for a moment later; a search that is set from elsewhere takes its place. */
function useTyping(query: string) {
  const [typed, setTyped] = useState<{ text: string; over: string } | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (text: string) => {
    setTyped({ text, over: query });
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      if (useSelection.getState().query === query) selection.search(text);
      setTyped(null);
    }, SEARCH_DELAY_MS);
  };
  const clear = () => {
    clearTimeout(timer.current);
    setTyped(null);
    selection.search("");
  };
  return { text: typed?.over === query ? typed.text : query, type, clear };
}

/** What a key in the field does with what is found. */
type SearchKey = "open" | "walk";

/** A key waits for the tree of the text it was pressed on: the search follows the typing by a moment. */
function useSearchKeys(tree: Tree, query: string): (key: SearchKey, text: string) => void {
  const waiting = useRef<{ key: SearchKey; text: string } | null>(null);
  const go = (key: SearchKey) => {
    waiting.current = null;
    if (key === "walk" || query.trim() === "") return walkTree(tree);
    const { selected, selectedIn } = useSelection.getState();
    const chosen = selectedIn === query ? selected : null;
    const { row, sure } = bestHit(tree, parseQuery(query), chosen, recencies(useLayout.getState()));
    if (row === null) return;
    if (sure) return activate(row);
    // Among several the best is offered, and the next Enter takes it.
    selection.select(row.key);
    requestAnimationFrame(focusTree);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new tree can answer a key that waits
  useEffect(() => {
    if (waiting.current?.text === query) go(waiting.current.key);
  }, [tree]);
  return (key, text) => {
    if (text === query) return go(key);
    waiting.current = { key, text };
    selection.search(text);
  };
}

/** To the row that was selected in this search, else to the first: what was selected before is not what is sought. */
function walkTree(tree: Tree) {
  const { selected, selectedIn, query } = useSelection.getState();
  const isShown = selectedIn === query && selected !== null && tree.rows.indexOf(selected) >= 0;
  const first = tree.rows.at(tree.rows.itemFrom(0, 1));
  if (!isShown && first !== undefined) selection.select(first.key);
  requestAnimationFrame(focusTree);
}

function focusTree() {
  document.querySelector<HTMLElement>("[role=treeitem][tabindex='0']")?.focus();
}

function Colours({ text, scroll }: { text: string; scroll: number }) {
  const { parts } = useMemo(() => parseQuery(text), [text]);
  return (
    <div className={styles.colours} style={{ transform: `translateX(${-scroll}px)` }} aria-hidden="true">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts are told apart by their place only
        <span key={index} data-role={part.role}>
          {part.text}
        </span>
      ))}
    </div>
  );
}

function OnlyRunning() {
  const onlyRunning = useProgram((now) => now.settings.onlyRunning);
  const id = useId();
  return (
    <div className={styles.scope}>
      <Switch
        label="Running only"
        labelledBy={id}
        checked={onlyRunning}
        onChange={(on) => void setOnlyRunning(on)}
        data-testid="only-running"
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a wider target for the switch beside it */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the switch itself takes the keys */}
      <span id={id} onClick={() => void setOnlyRunning(!onlyRunning)}>
        Running only
      </span>
    </div>
  );
}

/** Drags the sidebar's edge; arrows do the same from the keyboard. */
function WidthHandle() {
  const width = useFrame((now) => now.sidebarWidth);
  const [from, setFrom] = useState<{ x: number; width: number } | null>(null);
  return (
    <div
      className={styles.handle}
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the sidebar"
      aria-valuenow={width}
      aria-valuemin={SIDEBAR_WIDTH.least}
      aria-valuemax={SIDEBAR_WIDTH.most}
      tabIndex={0}
      data-moving={from !== null || undefined}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setFrom({ x: event.clientX, width });
      }}
      onPointerMove={(event) => {
        if (from !== null) frame.resizeSidebar(from.width + event.clientX - from.x);
      }}
      onPointerUp={() => setFrom(null)}
      onPointerCancel={() => setFrom(null)}
      onDoubleClick={() => frame.resizeSidebar(SIDEBAR_WIDTH.usual)}
      onKeyDown={(event) => {
        if (event.key === "ArrowLeft") frame.resizeSidebar(width - 12);
        if (event.key === "ArrowRight") frame.resizeSidebar(width + 12);
      }}
    />
  );
}
