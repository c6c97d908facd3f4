/** The rows of the fleet tree, flat and in their order, from the stores and the search. */
import { pairName } from "../domain/words";
import type { ConnectionView, GroupView, PairView, ProfilesView } from "../ipc/contract";
import { type Connections, childGroups, environmentOfSaved, inheritance } from "../saved/connections";
import { type Fleet, nodeOfTarget, sizeOf } from "./fleet";
import type { FleetFound } from "./found";
import { counts as countWords, type NoteAction, type Row, rowKey } from "./row";
import { type RowGroup, RowList } from "./row-list";
import { problemOf } from "./sync-problem";

export interface TreeInput {
  fleet: Pick<Fleet, "pairs" | "nodes" | "sizes">;
  /** What the search found. */
  found: FleetFound;
  saved: Pick<Connections, "groups" | "connections">;
  profiles: ProfilesView;
  syncEnabled: boolean;
  foldedPairs: ReadonlySet<string>;
}

export interface Tree {
  rows: RowList;
  /** Nodes that match and nodes there are. */
  shown: number;
  total: number;
}

type Groups = RowGroup[];

/** Whether the rows are those of a search. */
function isSearch({ found }: TreeInput): boolean {
  return found.ask.query.trim() !== "";
}

export function buildTree(input: TreeInput): Tree {
  const groups: Groups = [];
  addSaved(groups, input);
  const { shown, total } = addSynced(groups, input);
  return { rows: RowList.of(groups, input.found.places), shown, total };
}

function addSaved(rows: Groups, input: TreeInput) {
  const { groups, connections } = input.saved;
  const byGroup = matchingByGroup(input);
  const matching = [...byGroup.values()].reduce((sum, list) => sum + list.length, 0);
  if (connections.length === 0 && groups.length === 0) {
    if (!isSearch(input)) rows.push(section("saved", "Saved", ""), savedNote());
    return;
  }
  rows.push(section("saved", "Saved", countWords(matching, connections.length)));
  const children = childGroups(groups);
  for (const group of children.get(null) ?? []) addGroup(rows, input, { group, level: 1, children, byGroup });
  for (const connection of byGroup.get(null) ?? []) rows.push(connectionRow(input, connection, 1));
}

function savedNote(): Row {
  return { kind: "note", key: "note:saved", text: "Save a node to keep it here.", action: null };
}

function matchingByGroup(input: TreeInput): Map<number | null, ConnectionView[]> {
  const groups = new Map(input.saved.groups.map((group) => [group.id, group]));
  const byGroup = new Map<number | null, ConnectionView[]>();
  for (const connection of matchingConnections(input)) {
    const group = connection.draft.group === null ? undefined : groups.get(connection.draft.group);
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

/** In their own order. Without a search all are shown, also one that was saved since the last answer. */
function matchingConnections(input: TreeInput): readonly ConnectionView[] {
  const { connections } = input.saved;
  if (!isSearch(input)) return connections;
  const found = new Set(input.found.view?.connections);
  return connections.filter(({ id }) => found.has(id));
}

/** A group, the groups in it, then its connections. A search shows those that have something in them, unfolded. */
function addGroup(rows: Groups, input: TreeInput, saved: SavedGroup) {
  const { group, level, children, byGroup } = saved;
  const searching = isSearch(input);
  const count = countWithin(group.id, saved);
  if (searching && count === 0) return;
  const open = searching || !group.collapsed;
  rows.push({ kind: "group", key: rowKey("group", group.id), level, group, open, count });
  if (!open) return;
  for (const inner of children.get(group.id) ?? []) addGroup(rows, input, { ...saved, group: inner, level: level + 1 });
  const connections = byGroup.get(group.id) ?? [];
  rows.push(connections.map((connection) => connectionRow(input, connection, level + 1)));
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
  const { fleet, found } = input;
  const counts = new Map(found.view?.pairs.map((pair) => [pair.pair, pair]));
  const countsOf = (pair: PairView): PairCounts =>
    counts.get(pair.id) ?? { matching: 0, total: found.view === null ? sizeOf(fleet, pair.id) : 0 };
  const pairs = fleet.pairs.filter((pair) => (pair.enabled && input.syncEnabled) || countsOf(pair).total > 0);
  const lists = pairs.map((pair) => ({ pair, counts: countsOf(pair) }));
  const shown = lists.reduce((sum, { counts }) => sum + counts.matching, 0);
  const total = lists.reduce((sum, { counts }) => sum + counts.total, 0);
  rows.push(section("synced", "Synced", pairs.length === 0 ? "" : countWords(shown, total)));
  const note = syncedNote(input, pairs.length, shown, total);
  if (note !== null) rows.push(note);
  for (const { pair, counts } of lists) {
    if (!isSearch(input) || counts.matching > 0) addPair(rows, input, pair, counts);
  }
  return { shown, total };
}

interface PairCounts {
  matching: number;
  total: number;
}

function addPair(rows: Groups, input: TreeInput, pair: PairView, { matching, total }: PairCounts) {
  const searching = isSearch(input);
  const open = searching || !input.foldedPairs.has(pairName(pair.profile, pair.region));
  const key = rowKey("pair", pair.id);
  rows.push({ kind: "pair", key, pair, open, count: matching, total });
  if (!open) return;
  if (!searching && problemOf(pair) !== null) rows.push({ kind: "failure", key: `failure:${pair.id}`, pair });
  rows.push({ kind: "nodes", pair, count: matching, here: input.found.nodes.get(pair.id) });
}

function syncedNote(input: TreeInput, pairs: number, shown: number, total: number): Row | null {
  const { fleet } = input;
  const note = (text: string, action: NoteAction | null): Row => ({ kind: "note", key: "note:synced", text, action });
  if (isSearch(input)) return shown === 0 && total > 0 ? note(noMatch(input), "clear-search") : null;
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

/** Names the first part of the question that on its own excludes everything. */
function noMatch({ found }: TreeInput): string {
  const unmet = found.view?.unmet ?? null;
  return unmet === null ? "No node matches this query." : `No node matches ${unmet}.`;
}

function section(name: string, label: string, count: string): Row {
  return { kind: "section", key: `section:${name}`, label, count };
}
