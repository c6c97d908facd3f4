/** The fleet sidebar: saved connections and synced nodes, with their search. */
import { Plus, RefreshCw, Square } from "lucide-react";
import { type ReactNode, useEffect, useId, useMemo, useState } from "react";
import { buttonOf, menuOf } from "../actions/menus";
import { pairName } from "../domain/words";
import { IconButton } from "../kit/button";
import { Switch } from "../kit/controls";
import { MenuButton, type MenuEntry } from "../kit/menu";
import { counted } from "../kit/words";
import { useProgram } from "../program/program";
import { useConnections } from "../saved/connections";
import { usedKeys } from "../sessions/recently-used";
import { setOnlyRunning } from "../settings/actions";
import { frame, SIDEBAR_WIDTH, useFrame } from "../window/frame";
import { isSyncing, useFleet } from "./fleet";
import { find, useFound } from "./found";
import { SearchBox } from "./search-box";
import { useSelection } from "./selection";
import styles from "./sidebar.module.css";
import { buildTree, type Tree } from "./tree";
import { TreeView } from "./tree-view";

/** `below` stands under the tree. */
export function FleetSidebar({ below }: { below?: ReactNode }) {
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
      <SearchBox tree={tree} />
      <OnlyRunning />
      <TreeView tree={tree} />
      {below}
      <WidthHandle />
    </aside>
  );
}

function addMenu(): MenuEntry[] {
  return menuOf(
    "window",
    ["connect", "line", "new-connection", "new-group", "add-pair", "line", "import", "export", "team-file"],
    undefined,
  );
}

function useTree(): Tree {
  const fleet = useFleet();
  const found = useFound();
  const groups = useConnections((now) => now.groups);
  const connections = useConnections((now) => now.connections);
  const profiles = useProgram((now) => now.profiles);
  const syncEnabled = useProgram((now) => now.settings.syncEnabled);
  const foldedPairs = useSelection((now) => now.foldedPairs);
  useFinding();
  return useMemo(
    () => buildTree({ fleet, found, saved: { groups, connections }, profiles, syncEnabled, foldedPairs }),
    [fleet, found, groups, connections, profiles, syncEnabled, foldedPairs],
  );
}

/** Asks the program anew with each letter, and whenever what it would find may have changed. */
function useFinding() {
  const query = useSelection((now) => now.query);
  const onlyRunning = useProgram((now) => now.settings.onlyRunning);
  const foldedPairs = useSelection((now) => now.foldedPairs);
  const { pairs, revision } = useFleet();
  const connections = useConnections((now) => now.connections);
  const folded =
    query.trim() === "" ? pairs.filter(({ profile, region }) => foldedPairs.has(pairName(profile, region))) : [];
  const foldedIds = folded.map(({ id }) => id).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: another fleet or other connections give another answer
  useEffect(() => {
    const selected = useSelection.getState().selected ?? "";
    find({
      ask: { query, onlyRunning },
      folded: foldedIds === "" ? [] : foldedIds.split(" ").map(Number),
      selected: selected.startsWith("n:") ? selected.slice(2) : null,
      used: usedKeys(),
    });
  }, [query, onlyRunning, foldedIds, revision, connections]);
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
