/** One row of the fleet tree: what it is, what it is called, and what can be done with it. */
import { nodeStateWords, nodeTitle } from "../domain/node";
import { pairName, shortId } from "../domain/words";
import type { ConnectionView, Environment, GroupView, NodeView, PairView } from "../ipc/contract";
import { counted, figure } from "../kit/words";
import { problemOf, problemTitle } from "./sync-problem";

export type Row =
  | { kind: "section"; key: string; label: string; count: string }
  /** `level` is how deep it stands, from 1; `count` is of the connections in it, near and far. */
  | { kind: "group"; key: string; level: number; group: GroupView; open: boolean; count: number }
  | {
      kind: "connection";
      key: string;
      level: number;
      connection: ConnectionView;
      /** The synced node it leads to, if there is one. */
      node: NodeView | undefined;
      environment: Environment;
      inherits: string | null;
    }
  | { kind: "pair"; key: string; pair: PairView; open: boolean; count: number; total: number }
  | { kind: "failure"; key: string; pair: PairView }
  | { kind: "node"; key: string; node: NodeView; pair: PairView }
  /** A node that is not here yet. */
  | { kind: "pending"; key: string; pair: PairView; index: number }
  | { kind: "note"; key: string; text: string; action: NoteAction | null };

export type NoteAction = "add-pair" | "choose-profiles" | "clear-search" | "turn-on-sync" | "sync-now";

const ITEMS: ReadonlySet<Row["kind"]> = new Set(["group", "connection", "pair", "node", "pending"]);

/** Whether a row can be selected and walked to; sections, notes and failures are passed over. */
export function isItem(row: Row): boolean {
  return ITEMS.has(row.kind);
}

/** Whether what is done with the row touches production. */
export function isProduction(row: Row): boolean {
  if (row.kind === "connection") return row.environment === "prod";
  return (row.kind === "node" || row.kind === "pair") && row.pair.environment === "prod";
}

export function rowTitle(row: Row): string {
  switch (row.kind) {
    case "group":
      return row.group.draft.name;
    case "connection":
      return row.connection.draft.name;
    case "pair":
      return pairName(row.pair.profile, row.pair.region);
    case "node":
      return nodeTitle(row.node);
    case "section":
    case "failure":
    case "pending":
    case "note":
      return "";
  }
}

/** Where a key leads: "n:1/i-0a…", "c:4", "g:2", "p:1". */
export function rowKey(kind: "node" | "connection" | "group" | "pair", id: string | number): string {
  return `${kind.charAt(0)}:${id}`;
}

/** How deep the row stands: 1 is the top, 2 is in a group or pair; 0 is what stands for itself. */
export function levelOf(row: Row | undefined): number {
  switch (row?.kind) {
    case "group":
    case "connection":
      return row.level;
    case "pair":
      return 1;
    case "node":
    case "pending":
    case "failure":
      return 2;
    case "section":
    case "note":
    case undefined:
      return 0;
  }
}

/** Whether the row stands in a group or a pair. */
export function isChild(row: Row | undefined): boolean {
  return levelOf(row) > 1;
}

/** Whether it is a group or pair whose rows are shown. */
export function isOpen(row: Row | undefined): boolean {
  return (row?.kind === "group" || row?.kind === "pair") && row.open;
}

/** How many are shown: "30", or "5 of 30" in a search. */
export function counts(shown: number, total: number): string {
  return shown === total ? figure(total) : `${figure(shown)} of ${figure(total)}`;
}

/** What a screen reader says for a row. */
export function rowLabel(row: Row): string {
  switch (row.kind) {
    case "group": {
      const { name, profile, region } = row.group.draft;
      return [name, profile, region, counted(row.count, "connection"), "group"].filter(Boolean).join(", ");
    }
    case "connection": {
      const scope = [row.connection.effectiveProfile?.value, row.connection.effectiveRegion?.value];
      const known = row.node === undefined ? ["saved connection"] : nodeStateWords(row.node);
      const { name, target } = row.connection.draft;
      return [name, shortId(target), ...known, ...scope].filter(Boolean).join(", ");
    }
    case "pair":
      return `${rowTitle(row)}, ${counts(row.count, row.total)} ${row.total === 1 ? "node" : "nodes"}${problemOf(row.pair) === null ? "" : `, ${problemTitle(row.pair).toLowerCase()}`}`;
    case "node":
      return [...nodeNames(row.node), ...nodeStateWords(row.node), row.pair.profile, row.pair.region].join(", ");
    case "section":
    case "failure":
    case "pending":
    case "note":
      return "";
  }
}

function nodeNames({ name, id }: NodeView): string[] {
  return name === "" ? [id] : [name, shortId(id)];
}
