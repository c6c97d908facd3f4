/** The containers of ECS: pair, cluster, service, task and container, each read when it is opened. */
import { Box, Boxes, ChevronDown, ChevronRight, CircleAlert, Layers, RefreshCw, SquareTerminal } from "lucide-react";
import { useMemo, useRef } from "react";
import { EnvBar } from "../../domain/glyphs";
import { Button, IconButton, Tip } from "../../kit/button";
import { useFleet } from "../fleet";
import { onContainerKey } from "./container-keys";
import { type ContainerRow, rowsOf } from "./container-rows";
import { connectContainer, foldRow, readOpen, readRow, useContainerTree } from "./container-tree";
import styles from "./containers.module.css";

export function Containers() {
  const pairs = useFleet((now) => now.pairs).filter(({ enabled }) => enabled);
  const { opened, branches, current } = useContainerTree();
  const rows = useMemo(() => rowsOf({ pairs, opened, branches }), [pairs, opened, branches]);
  const tree = useRef<HTMLDivElement>(null);
  const entry = rows.some(({ key }) => key === current) ? current : (rows[0]?.key ?? null);
  const walk = (row: ContainerRow | undefined) => {
    if (row === undefined) return;
    useContainerTree.setState({ current: row.key });
    tree.current?.querySelector<HTMLElement>(`[data-container="${CSS.escape(row.key)}"]`)?.focus();
  };
  if (rows.length === 0) return <p className={styles.empty}>No accounts yet. Add a pair in the settings.</p>;
  return (
    <>
      <div className={styles.tools}>
        <span>Sessions in containers need ECS Exec, and tasks that were started with it.</span>
        <Button size="sm" icon={<RefreshCw size={13} />} onClick={() => readOpen(rows)} data-testid="containers-read">
          Read again
        </Button>
      </div>
      <div
        ref={tree}
        role="tree"
        aria-label="Containers"
        className={styles.tree}
        data-testid="containers"
        onKeyDown={(event) => onContainerKey(event, rows, entry, walk)}
      >
        {rows.map((row) => (
          <Row key={row.key} row={row} focusable={row.key === entry} />
        ))}
      </div>
    </>
  );
}

function Row({ row, focusable }: { row: ContainerRow; focusable: boolean }) {
  const { key, level, title, aside, open, kind } = row;
  const Twisty = open === true ? ChevronDown : ChevronRight;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys
    <div
      role="treeitem"
      aria-level={level}
      aria-expanded={open ?? undefined}
      aria-selected={focusable}
      tabIndex={focusable ? 0 : -1}
      className={styles.row}
      style={{ paddingLeft: `calc(${level} * var(--space-18))` }}
      data-container={key}
      data-kind={kind}
      data-testid={`container-${kind}`}
      onFocus={() => useContainerTree.setState({ current: key })}
      onClick={(event) => {
        if ((event.target as Element).closest("button") === null) foldRow(row);
      }}
      onDoubleClick={() => kind === "container" && connectContainer(row)}
    >
      <span className={styles.twisty}>{open !== null && <Twisty size={13} />}</span>
      <Icon row={row} />
      <span className={`${styles.title} line`}>{title}</span>
      <span className={`${styles.aside} line`}>{aside}</span>
      <RowEnd row={row} />
    </div>
  );
}

function Icon({ row: { kind, pair, error } }: { row: ContainerRow }) {
  if (kind === "pair") return <EnvBar environment={pair.environment} />;
  if (kind === "note") return error === undefined ? null : <CircleAlert size={13} />;
  if (kind === "cluster") return <Boxes size={14} />;
  return kind === "container" ? <Box size={13} /> : <Layers size={13} />;
}

function RowEnd({ row }: { row: ContainerRow }) {
  const { kind, error, refusal, title, key } = row;
  if (error !== undefined)
    return (
      <>
        <span className={styles.step}>{error.nextStep}</span>
        <Button size="sm" onClick={() => retry(key)}>
          Retry
        </Button>
      </>
    );
  if (kind !== "container") return null;
  if (refusal !== undefined)
    return (
      <Tip text={refusal}>
        <span className={styles.refused}>No sessions</span>
      </Tip>
    );
  return (
    <IconButton label={`Connect to ${title}`} keys={["Enter"]} onClick={() => connectContainer(row)} tabIndex={-1}>
      <SquareTerminal size={14} />
    </IconButton>
  );
}

/** What could not be read belongs to the row above the note. */
function retry(noteKey: string) {
  const parent = noteKey.slice(0, noteKey.lastIndexOf("/"));
  const { pairs } = useFleet.getState();
  const row = rowsOf({ pairs, ...useContainerTree.getState() }).find(({ key }) => key === parent);
  if (row !== undefined) void readRow(row);
}
