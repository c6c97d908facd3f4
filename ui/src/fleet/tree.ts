/** The rows of the fleet tree, flat and in their order, from the stores and the search. */

import { isStopped } from "../domain/node";
import { pairName, shortId } from "../domain/words";
import type { ConnectionView, Environment, GroupView, NodeView, PairView, ProfilesView } from "../ipc/contract";
import { counted, figure } from "../kit/words";
import { environmentOf } from "../program/program";
import type { Connections } from "../saved/connections";
import { inheritance } from "../saved/connections";
import { type Fleet, nodeOfTarget, nodeTitle } from "./nodes";
import { connectionMatches, emptyTerm, isEmpty, nodeMatches, type Query } from "./query";
import { troubleOf, troubleTitle } from "./sync-problem";

export type Row =
  | { kind: "section"; key: string; label: string; count: string }
  | { kind: "group"; key: string; group: GroupView; open: boolean; count: number }
  | {
      kind: "connection";
      key: string;
      level: 1 | 2;
      connection: ConnectionView;
      /** The synced node it leads to, if there is one. */
      node: NodeView | undefined;
      environment: Environment;
      inherits: string | null;
    }
  | { kind: "pair"; key: string; pair: PairView; open: boolean; count: number; total: number }
  | { kind: "failure"; key: string; pair: PairView }
  | { kind: "node"; key: string; node: NodeView; pair: PairView }
  | { kind: "note"; key: string; text: string; action: NoteAction | null };

export type NoteAction = "add-pair" | "choose-profiles" | "clear-search" | "turn-on-sync" | "sync-now";

export interface TreeInput {
  fleet: Fleet;
  saved: Pick<Connections, "groups" | "connections">;
  profiles: ProfilesView;
  query: Query;
  onlyRunning: boolean;
  syncEnabled: boolean;
  foldedPairs: ReadonlySet<string>;
}

export interface Tree {
  rows: readonly Row[];
  /** Nodes that match and nodes there are. */
  shown: number;
  total: number;
}

export function buildTree(input: TreeInput): Tree {
  const rows: Row[] = [];
  addSaved(rows, input);
  const { shown, total } = addSynced(rows, input);
  return { rows, shown, total };
}

/** Whether a row can be selected and walked to; sections, notes and failures are passed over. */
export function isItem(row: Row): boolean {
  return row.kind === "group" || row.kind === "connection" || row.kind === "pair" || row.kind === "node";
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
    case "note":
      return "";
  }
}

/** Where a key leads: "n:1/i-0a…", "c:4", "g:2", "p:1". */
export function rowKey(kind: "node" | "connection" | "group" | "pair", id: string | number): string {
  return `${kind.charAt(0)}:${id}`;
}

function addSaved(rows: Row[], input: TreeInput) {
  const { groups, connections } = input.saved;
  const byGroup = matchingByGroup(input);
  const matching = [...byGroup.values()].reduce((sum, list) => sum + list.length, 0);
  if (connections.length === 0 && groups.length === 0) {
    if (isEmpty(input.query)) rows.push(section("saved", "Saved", ""), savedNote());
    return;
  }
  rows.push(section("saved", "Saved", counts(matching, connections.length)));
  for (const group of groups) addGroup(rows, input, group, byGroup.get(group.id) ?? []);
  for (const connection of byGroup.get(null) ?? []) rows.push(connectionRow(input, connection, 1));
}

function savedNote(): Row {
  return { kind: "note", key: "note:saved", text: "Save a node to keep it here.", action: null };
}

function matchingByGroup({ saved, query }: TreeInput): Map<number | null, ConnectionView[]> {
  const groups = new Map(saved.groups.map((group) => [group.id, group]));
  const byGroup = new Map<number | null, ConnectionView[]>();
  for (const connection of saved.connections) {
    const group = connection.draft.group === null ? undefined : groups.get(connection.draft.group);
    if (!connectionMatches(query, connection, group)) continue;
    const list = byGroup.get(group?.id ?? null);
    if (list === undefined) byGroup.set(group?.id ?? null, [connection]);
    else list.push(connection);
  }
  return byGroup;
}

function addGroup(rows: Row[], input: TreeInput, group: GroupView, connections: readonly ConnectionView[]) {
  const searching = !isEmpty(input.query);
  if (searching && connections.length === 0) return;
  const open = searching || !group.collapsed;
  rows.push({ kind: "group", key: rowKey("group", group.id), group, open, count: connections.length });
  if (open) rows.push(...connections.map((connection) => connectionRow(input, connection, 2)));
}

function connectionRow({ fleet, saved, profiles }: TreeInput, connection: ConnectionView, level: 1 | 2): Row {
  const profile = connection.effectiveProfile?.value ?? null;
  const region = connection.effectiveRegion?.value ?? null;
  return {
    kind: "connection",
    key: rowKey("connection", connection.id),
    level,
    connection,
    node: nodeOfTarget(fleet, connection.draft.target, profile, region),
    environment: environmentOf(profile, profiles),
    inherits: inheritance(connection, saved.groups),
  };
}

function addSynced(rows: Row[], input: TreeInput): { shown: number; total: number } {
  const { fleet, query } = input;
  const pairs = fleet.pairs.filter(
    (pair) => (pair.enabled && input.syncEnabled) || (fleet.byPair.get(pair.id)?.length ?? 0) > 0,
  );
  const lists = pairs.map((pair) => listOf(input, pair));
  const shown = lists.reduce((sum, list) => sum + list.matching.length, 0);
  const total = lists.reduce((sum, list) => sum + list.total, 0);
  rows.push(section("synced", "Synced", pairs.length === 0 ? "" : counts(shown, total)));
  const note = syncedNote(input, pairs.length, shown, total);
  if (note !== null) rows.push(note);
  for (const [index, pair] of pairs.entries()) {
    const list = lists[index];
    if (list !== undefined && (isEmpty(query) || list.matching.length > 0)) addPair(rows, input, pair, list);
  }
  return { shown, total };
}

interface PairList {
  matching: readonly NodeView[];
  total: number;
}

function listOf({ fleet, query, onlyRunning }: TreeInput, pair: PairView): PairList {
  const all = fleet.byPair.get(pair.id) ?? [];
  const present = onlyRunning ? all.filter((node) => !isStopped(node)) : all;
  const matching = isEmpty(query) ? present : present.filter((node) => nodeMatches(query, node, pair));
  return { matching, total: present.length };
}

function addPair(rows: Row[], input: TreeInput, pair: PairView, list: PairList) {
  const searching = !isEmpty(input.query);
  const open = searching || !input.foldedPairs.has(pairName(pair.profile, pair.region));
  const key = rowKey("pair", pair.id);
  rows.push({ kind: "pair", key, pair, open, count: list.matching.length, total: list.total });
  if (!open) return;
  if (!searching && troubleOf(pair) !== null) rows.push({ kind: "failure", key: `failure:${pair.id}`, pair });
  for (const node of list.matching) rows.push({ kind: "node", key: rowKey("node", node.key), node, pair });
}

function syncedNote(input: TreeInput, pairs: number, shown: number, total: number): Row | null {
  const { fleet } = input;
  const note = (text: string, action: NoteAction | null): Row => ({ kind: "note", key: "note:synced", text, action });
  if (!isEmpty(input.query)) return shown === 0 && total > 0 ? note(noMatch(input), "clear-search") : null;
  if (!input.syncEnabled && total === 0 && fleet.pairs.some((pair) => pair.enabled))
    return note("Sync is off.", "turn-on-sync");
  if (pairs === 0) {
    const known = input.profiles.profiles.length > 0;
    return note("No accounts yet.", known ? "choose-profiles" : "add-pair");
  }
  const idle = fleet.pairs.every((pair) => !pair.enabled || pair.sync.phase === "never");
  if (idle && total === 0) return note("Nothing is synced yet.", "sync-now");
  return null;
}

/** Names the first term that on its own excludes everything. */
function noMatch({ fleet, query }: TreeInput): string {
  const pairs = new Map(fleet.pairs.map((pair) => [pair.id, pair]));
  const term = emptyTerm(query, fleet.nodes.values(), pairs);
  return term === null ? "No node matches this query." : `No node matches ${term}.`;
}

function section(name: string, label: string, count: string): Row {
  return { kind: "section", key: `section:${name}`, label, count };
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
      return `${rowTitle(row)}, ${counts(row.count, row.total)} ${row.total === 1 ? "node" : "nodes"}${troubleOf(row.pair) === null ? "" : `, ${troubleTitle(row.pair).toLowerCase()}`}`;
    case "node":
      return [...nodeNames(row.node), ...nodeStateWords(row.node), row.pair.profile, row.pair.region].join(", ");
    case "section":
    case "failure":
    case "note":
      return "";
  }
}

function nodeNames({ name, id }: NodeView): string[] {
  return name === "" ? [id] : [name, shortId(id)];
}

/** State of instance and agent in words: ["running", "agent online"]. */
export function nodeStateWords(node: NodeView): string[] {
  const state = node.state === "unknown" ? [] : [STATE_WORDS[node.state]];
  return [...state, PING_WORDS[node.ping]];
}

const STATE_WORDS: Record<NodeView["state"], string> = {
  pending: "starting",
  running: "running",
  stopping: "stopping",
  stopped: "stopped",
  "shutting-down": "shutting down",
  terminated: "terminated",
  unknown: "",
};

const PING_WORDS: Record<NodeView["ping"], string> = {
  online: "agent online",
  lost: "agent lost",
  inactive: "agent inactive",
  "no-agent": "no agent",
  unknown: "agent not asked",
};
