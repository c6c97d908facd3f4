/** The rows of the fleet tree. */
import { ChevronDown, ChevronRight, CircleAlert, CornerDownRight, Folder, FolderOpen, Star } from "lucide-react";
import { memo, type ReactNode } from "react";
import { EnvBar, Glyph, nodeGlyph, PlatformIcon } from "../domain/glyphs";
import { isStopped } from "../domain/node";
import { shortId } from "../domain/words";
import type { ErrorView, PairView } from "../ipc/contract";
import { Button, IconButton, Tip } from "../kit/button";
import { Chip } from "../kit/controls";
import { Progress } from "../kit/progress";
import { useNow } from "../kit/time";
import { clock, figure } from "../kit/words";
import { saveNode } from "../saved/actions";
import { syncAll, syncPair, turnOnSync } from "../settings/actions";
import { signInFor } from "../sign-in/actions";
import { hasDialog, loginOf, useLogins } from "../sign-in/logins";
import { signInOf, useSignIns } from "../sign-in/sign-ins";
import { openDialog } from "../window/dialogs";
import { counts, type NoteAction, type Row, rowLabel, rowTitle } from "./row";
import { selection } from "./selection";
import { isPartial, problemOf, problemText, problemTitle } from "./sync-problem";
import styles from "./tree-view.module.css";

export interface RowProps {
  row: Row;
  selected: boolean;
  /** The one row that Tab reaches. */
  current: boolean;
  first: boolean;
  /** The last child of its group, where the guide ends. */
  last: boolean;
  /** Where it stands among the rows of its parent, and how many those are; null at the top. */
  place: number | null;
  siblings: number | null;
}

/** One row of the tree, whatever it is. */
export const TreeRow = memo(function TreeRow(props: RowProps) {
  const { row } = props;
  switch (row.kind) {
    case "section":
      return (
        <div className={styles.section} data-first={props.first || undefined} role="presentation">
          <span className={styles.grow}>{row.label}</span>
          <span data-testid={`${row.key.slice(8)}-count`}>{row.count}</span>
        </div>
      );
    case "group":
      return <GroupRow {...props} row={row} />;
    case "connection":
      return <ConnectionRow {...props} row={row} />;
    case "pair":
      return <PairRow {...props} row={row} />;
    case "node":
      return <NodeRow {...props} row={row} />;
    case "pending":
      return <PendingRow {...props} />;
    case "failure":
      return <FailureRow pair={row.pair} />;
    case "note":
      return (
        <WithButtons className={styles.note} level={1}>
          {row.text}
          {row.action !== null && <NoteButton action={row.action} />}
        </WithButtons>
      );
  }
});

interface ItemProps extends RowProps {
  testId: string;
  level: number;
  className?: string | undefined;
  guide?: ReactNode;
  expanded?: boolean;
  extra?: Record<string, string>;
  children: ReactNode;
}

/** What all rows that can be selected share. */
function Item({
  row,
  selected,
  current,
  place,
  siblings,
  testId,
  level,
  className,
  guide,
  expanded,
  extra,
  children,
}: ItemProps) {
  return (
    <>
      {guide}
      <div
        role="treeitem"
        className={[styles.row, level > 1 && styles.kid, className].filter(Boolean).join(" ")}
        style={level > 2 ? { marginLeft: `calc(var(--space-20) * ${level - 1})` } : undefined}
        tabIndex={current ? 0 : -1}
        aria-selected={selected}
        aria-level={level}
        aria-expanded={expanded}
        aria-label={rowLabel(row)}
        aria-setsize={siblings ?? undefined}
        aria-posinset={place === null ? undefined : place + 1}
        data-row={row.key}
        data-testid={testId}
        data-name={rowTitle(row)}
        {...extra}
      >
        {children}
      </div>
    </>
  );
}

function Twisty({ open }: { open: boolean }) {
  return <span className={styles.twisty}>{open ? <ChevronDown size={13} /> : <ChevronRight size={13} />}</span>;
}

function GroupRow(props: RowProps & { row: Extract<Row, { kind: "group" }> }) {
  const { group, open, count, level } = props.row;
  const guide = <Guides level={level} last={props.last} />;
  const extra = { "data-key": String(group.id) };
  return (
    <Item
      {...props}
      testId="group-row"
      level={level}
      guide={guide}
      expanded={open}
      className={styles.head}
      extra={extra}
    >
      <Twisty open={open} />
      {group.effectiveColour !== null && <EnvBar environment={group.effectiveColour.value} small />}
      <span className={styles.quiet}>{open ? <FolderOpen size={14} /> : <Folder size={14} />}</span>
      <span className={`${styles.grow} line`}>{group.draft.name}</span>{" "}
      {group.draft.profile !== null && <OwnSetting text={group.draft.profile} />}
      {group.draft.region !== null && <OwnSetting text={group.draft.region} />}
      {group.draft.document !== null && <OwnSetting text={group.draft.document} />}
      <span className={styles.count}>{figure(count)}</span>
    </Item>
  );
}

/** What a group sets for its connections. */
function OwnSetting({ text }: { text: string }) {
  return (
    <span className={styles.chipText}>
      <Chip small>
        <span className="line">{text}</span>
      </Chip>{" "}
    </span>
  );
}

/** A line for each group that the row stands in; the innermost ends with its last row. */
function Guides({ level, last }: { level: number; last: boolean }) {
  return Array.from({ length: level - 1 }, (_, depth) => (
    <span
      // biome-ignore lint/suspicious/noArrayIndexKey: lines are told apart by their depth only
      key={depth}
      className={styles.guide}
      style={
        depth === 0
          ? undefined
          : { left: `calc(var(--space-20) * ${depth} + var(--space-4) + var(--size-twisty) / 2 - 1px)` }
      }
      data-last={(last && depth === level - 2) || undefined}
    />
  ));
}

function ConnectionRow(props: RowProps & { row: Extract<Row, { kind: "connection" }> }) {
  const { connection, node, level, environment, inherits } = props.row;
  const { target } = connection.draft;
  const guide = <Guides level={level} last={props.last} />;
  return (
    <Item
      {...props}
      testId="connection-row"
      level={level}
      guide={guide}
      className={node !== undefined && isStopped(node) ? styles.dim : undefined}
      extra={{ "data-key": String(connection.id) }}
    >
      {level === 1 && <span className={styles.twisty} />}
      <Glyph state={node === undefined ? "unknown" : nodeGlyph(node)} hybrid={target.startsWith("mi-")} />
      {node !== undefined && (
        <span className={styles.quiet}>
          <PlatformIcon platform={node.platform} />
        </span>
      )}
      <EnvBar environment={environment} small />
      <span className={`${styles.name} ${styles.grow} line`}>{connection.draft.name}</span>{" "}
      {inherits !== null && (
        <Tip text={inherits} side="right">
          <span className={styles.inherits} role="img" aria-label={inherits}>
            <CornerDownRight size={11} />
          </span>
        </Tip>
      )}
      <span className={`${styles.id} mono`}>{connection.draft.query === null ? shortId(target) : "query"}</span>
    </Item>
  );
}

function PairRow(props: RowProps & { row: Extract<Row, { kind: "pair" }> }) {
  const { pair, open, count, total } = props.row;
  const { phase } = pair.sync;
  const failed = problemOf(pair) !== null;
  return (
    <Item
      {...props}
      testId="pair-group"
      level={1}
      expanded={open}
      className={styles.head}
      extra={{ "data-key": String(pair.id) }}
    >
      <Twisty open={open} />
      <EnvBar environment={pair.environment} />
      <span className={`${styles.grow} line`}>{rowTitle(props.row)}</span>{" "}
      {failed && phase !== "running" && !open && (
        <CircleAlert className={styles.alert} size={13} aria-label={problemTitle(pair)} />
      )}
      {(phase === "running" || phase === "queued") && (
        <Progress
          width={34}
          share={phase === "queued" ? 0 : shareRead(pair, total)}
          label={`Syncing ${rowTitle(props.row)}`}
        />
      )}
      <PairAge pair={pair}>
        <span className={styles.count}>{counts(count, total)}</span>
      </PairAge>
    </Item>
  );
}

/** AWS does not say how many nodes there are, so the last count is the measure; it is never full before the end. */
function shareRead(pair: PairView, known: number): number {
  const { nodesRead } = pair.sync;
  return known > 0 ? Math.min(0.95, nodesRead / known) : 0.9 * (nodesRead / (nodesRead + 200));
}

function PairAge({ pair, children }: { pair: PairView; children: React.ReactElement<Record<string, unknown>> }) {
  const { phase, dataAtMs } = pair.sync;
  const age = dataAtMs === null ? "Not synced yet" : `Nodes from ${clock(dataAtMs, Date.now())}`;
  const { nodesRead, pagesRead } = pair.sync;
  const running = `Syncing, ${figure(nodesRead)} nodes of ${figure(pagesRead)} pages read`;
  const text = phase === "running" ? running : phase === "queued" ? "Waiting to sync" : age;
  return (
    <Tip text={text} side="right">
      {children}
    </Tip>
  );
}

function NodeRow(props: RowProps & { row: Extract<Row, { kind: "node" }> }) {
  const { node, pair } = props.row;
  const guide = <span className={styles.guide} data-env={pair.environment} data-last={props.last || undefined} />;
  return (
    <Item
      {...props}
      testId="node-row"
      level={2}
      guide={guide}
      className={isStopped(node) ? styles.dim : undefined}
      extra={{ "data-key": node.key }}
    >
      <Glyph state={nodeGlyph(node)} hybrid={node.kind === "hybrid"} />
      <span className={styles.quiet}>
        <PlatformIcon platform={node.platform} />
      </span>
      <span className={`${styles.name} ${styles.grow} line ${node.name === "" ? "mono" : ""}`}>
        {rowTitle(props.row)}
      </span>{" "}
      <span className={styles.star}>
        <IconButton
          small
          label="Save as connection"
          tabIndex={-1}
          data-testid="save-node"
          onClick={(event) => {
            event.stopPropagation();
            void saveNode(node);
          }}
        >
          <Star size={12} />
        </IconButton>
      </span>
      {node.name !== "" && <span className={`${styles.id} mono`}>{shortId(node.id)}</span>}
    </Item>
  );
}

/** In the place of a node that is on its way. */
function PendingRow(props: RowProps) {
  return (
    <Item {...props} testId="pending-row" level={2} guide={<span className={styles.guide} />}>
      <span className={styles.pending} />
    </Item>
  );
}

/** A row that is walked past, with buttons that Tab leads to: a tree has no children but items. */
function WithButtons({
  level,
  className,
  children,
}: {
  level: 1 | 2;
  className: string | undefined;
  children: ReactNode;
}) {
  return (
    <div className={className} role="treeitem" aria-level={level} aria-selected={false} tabIndex={-1}>
      {children}
    </div>
  );
}

/** Why a pair could not be synced, how old what is shown is, and what to do. */
function FailureRow({ pair }: { pair: PairView }) {
  const now = useNow(10_000);
  const error = problemOf(pair);
  if (error === null) return null;
  return (
    <WithButtons className={styles.failure} level={2}>
      <span className={styles.guide} data-env={pair.environment} />
      <div className={styles.failureBox} data-testid="pair-failure" data-partial={isPartial(pair)}>
        <CircleAlert size={13} />
        <div className={styles.grow}>
          {problemText(pair, now)}
          <div className={styles.failureActions}>
            <RetryOrSignIn pair={pair} error={error} />
            <Button look="link" size="sm" onClick={() => showCause(pair, error)}>
              Show cause
            </Button>
          </div>
        </div>
      </div>
    </WithButtons>
  );
}

/** Where nothing but a sign-in helps, that is what is offered; the pair is synced by itself then. */
function RetryOrSignIn({ pair, error }: { pair: PairView; error: ErrorView }) {
  const signIn = useSignIns(({ known }) => signInOf(pair.profile, known)?.key ?? null);
  const console = useLogins(({ notices }) => loginOf(pair.profile, notices)?.console ?? null);
  if (hasDialog({ signIn, console }) && NEEDS_SIGN_IN.includes(error.code))
    return (
      <Button look="link" size="sm" onClick={() => signInFor({ signIn, console })} data-testid="pair-sign-in">
        Sign in
      </Button>
    );
  return (
    <Button look="link" size="sm" onClick={() => void syncPair(pair.id)} data-testid="pair-retry">
      Retry
    </Button>
  );
}

const NEEDS_SIGN_IN = ["sign-in-needed", "console-sign-in-needed", "credentials-expired"];

export function showCause(pair: PairView, error: ErrorView) {
  const what = isPartial(pair) ? "was read in part" : "could not be synced";
  openDialog({ kind: "cause", title: `${pair.profile} / ${pair.region} ${what}`, error });
}

const NOTE_BUTTONS: Record<NoteAction, { label: string; run: () => void }> = {
  "add-pair": { label: "Add pair", run: () => openDialog({ kind: "pair", pair: null }) },
  "choose-profiles": { label: "Choose profiles", run: () => openDialog({ kind: "choose-profiles" }) },
  "clear-search": { label: "Clear", run: () => selection.search("") },
  "turn-on-sync": { label: "Turn it on", run: () => void turnOnSync() },
  "sync-now": { label: "Sync now", run: () => void syncAll() },
};

function NoteButton({ action }: { action: NoteAction }) {
  const { label, run } = NOTE_BUTTONS[action];
  return (
    <Button look="link" onClick={run}>
      {label}
    </Button>
  );
}
