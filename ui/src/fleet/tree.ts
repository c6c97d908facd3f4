/** The rows of the fleet tree, flat and in their order, from the stores and the search. */
import { isStopped } from "../domain/node";
import { pairName } from "../domain/words";
import type { ConnectionView, GroupView, NodeView, PairView, ProfilesView } from "../ipc/contract";
import { type Connections, childGroups, environmentOfSaved, inheritance } from "../saved/connections";
import { type Fleet, nodeOfTarget } from "./fleet";
import { connectionMatches, emptyTerm, isEmpty, nodeMatches, type Query } from "./query";
import { counts, type NoteAction, type Row, rowKey } from "./row";
import { RowList } from "./row-list";
import { problemOf } from "./sync-problem";

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
  rows: RowList;
  /** Nodes that match and nodes there are. */
  shown: number;
  total: number;
}

/** Rows that stand for themselves, and the rows of one parent in their parts. */
type Groups = (Row | readonly (readonly Row[])[])[];

export function buildTree(input: TreeInput): Tree {
  const groups: Groups = [];
  addSaved(groups, input);
  const { shown, total } = addSynced(groups, input);
  return { rows: RowList.of(groups), shown, total };
}

function addSaved(rows: Groups, input: TreeInput) {
  const { groups, connections } = input.saved;
  const byGroup = matchingByGroup(input);
  const matching = [...byGroup.values()].reduce((sum, list) => sum + list.length, 0);
  if (connections.length === 0 && groups.length === 0) {
    if (isEmpty(input.query)) rows.push(section("saved", "Saved", ""), savedNote());
    return;
  }
  rows.push(section("saved", "Saved", counts(matching, connections.length)));
  const children = childGroups(groups);
  for (const group of children.get(null) ?? []) addGroup(rows, input, { group, level: 1, children, byGroup });
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

interface SavedGroup {
  group: GroupView;
  level: number;
  children: ReadonlyMap<number | null, readonly GroupView[]>;
  byGroup: ReadonlyMap<number | null, readonly ConnectionView[]>;
}

/** A group, the groups in it, then its connections. A search shows those that have something in them, unfolded. */
function addGroup(rows: Groups, input: TreeInput, saved: SavedGroup) {
  const { group, level, children, byGroup } = saved;
  const searching = !isEmpty(input.query);
  const count = countWithin(group.id, saved);
  if (searching && count === 0) return;
  const open = searching || !group.collapsed;
  rows.push({ kind: "group", key: rowKey("group", group.id), level, group, open, count });
  if (!open) return;
  for (const inner of children.get(group.id) ?? []) addGroup(rows, input, { ...saved, group: inner, level: level + 1 });
  const connections = byGroup.get(group.id) ?? [];
  rows.push([connections.map((connection) => connectionRow(input, connection, level + 1))]);
}

function countWithin(id: number, saved: SavedGroup): number {
  const inner = (saved.children.get(id) ?? []).map((group) => countWithin(group.id, saved));
  return inner.reduce((sum, count) => sum + count, saved.byGroup.get(id)?.length ?? 0);
}

function connectionRow({ fleet, saved, profiles }: TreeInput, connection: ConnectionView, level: number): Row {
  const profile = connection.effectiveProfile?.value ?? null;
  const region = connection.effectiveRegion?.value ?? null;
  return {
    kind: "connection",
    key: rowKey("connection", connection.id),
    level,
    connection,
    node: nodeOfTarget(fleet, connection.draft.target, profile, region),
    environment: environmentOfSaved(connection, profiles),
    inherits: inheritance(connection, saved.groups),
  };
}

function addSynced(rows: Groups, input: TreeInput): { shown: number; total: number } {
  const { fleet, query } = input;
  const pairs = fleet.pairs.filter(
    (pair) => (pair.enabled && input.syncEnabled) || fleet.nodes.ofPair(pair.id).length > 0,
  );
  const lists = pairs.map((pair) => listOf(input, pair));
  const shown = lists.reduce((sum, list) => sum + list.matching, 0);
  const total = lists.reduce((sum, list) => sum + list.total, 0);
  rows.push(section("synced", "Synced", pairs.length === 0 ? "" : counts(shown, total)));
  const note = syncedNote(input, pairs.length, shown, total);
  if (note !== null) rows.push(note);
  for (const [index, pair] of pairs.entries()) {
    const list = lists[index];
    if (list !== undefined && (isEmpty(query) || list.matching > 0)) addPair(rows, input, pair, list);
  }
  return { shown, total };
}

interface PairList {
  /** The rows of the nodes that match, in parts. */
  rows: readonly (readonly Row[])[];
  matching: number;
  total: number;
}

function listOf(input: TreeInput, pair: PairView): PairList {
  const parts = input.fleet.nodes.ofPair(pair.id).parts.map((nodes) => partOf(nodes, pair, input));
  return {
    rows: parts.map(({ rows }) => rows),
    matching: parts.reduce((sum, { rows }) => sum + rows.length, 0),
    total: parts.reduce((sum, { present }) => sum + present, 0),
  };
}

interface NodePart {
  rows: readonly Row[];
  /** How many there would be without a search. */
  present: number;
}

const made = new WeakMap<readonly NodeView[], NodePart & { of: readonly unknown[] }>();

/** The rows of a part of a pair's nodes, made anew only when one of them, the pair or what is shown has changed. */
function partOf(nodes: readonly NodeView[], pair: PairView, { query, onlyRunning }: TreeInput): NodePart {
  const of = [pair, query, onlyRunning];
  const known = made.get(nodes);
  if (known?.of.every((value, at) => value === of[at])) return known;
  const present = onlyRunning ? nodes.filter((node) => !isStopped(node)) : nodes;
  const matching = isEmpty(query) ? present : present.filter((node) => nodeMatches(query, node, pair));
  const rows = matching.map((node): Row => ({ kind: "node", key: rowKey("node", node.key), node, pair }));
  const part = { rows, present: present.length, of };
  made.set(nodes, part);
  return part;
}

function addPair(rows: Groups, input: TreeInput, pair: PairView, list: PairList) {
  const searching = !isEmpty(input.query);
  const open = searching || !input.foldedPairs.has(pairName(pair.profile, pair.region));
  const key = rowKey("pair", pair.id);
  rows.push({ kind: "pair", key, pair, open, count: list.matching, total: list.total });
  if (!open) return;
  if (!searching && problemOf(pair) !== null) rows.push({ kind: "failure", key: `failure:${pair.id}`, pair });
  rows.push(list.rows);
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
  const term = emptyTerm(query, fleet.nodes, pairs);
  return term === null ? "No node matches this query." : `No node matches ${term}.`;
}

function section(name: string, label: string, count: string): Row {
  return { kind: "section", key: `section:${name}`, label, count };
}
