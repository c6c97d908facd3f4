import { expect, test } from "vitest";
import type { ErrorView, FleetFoundView, NodeView, PairView } from "../ipc/contract";
import { mockNodes, mockPairs } from "../ipc/mock/world";
import { saved, savedGroup } from "../samples.test.helper";
import type { FleetFound } from "./found";
import { KnownNodes } from "./known-nodes";
import { isItem, type Row, rowLabel, rowTitle } from "./row";
import { buildTree, type TreeInput } from "./tree";

const denied: ErrorView = { code: "denied", message: "Denied.", nextStep: "Ask for it.", detail: null };

/** What the program would answer of these nodes, all of which are here. */
function foundOf(
  pairs: readonly PairView[],
  nodes: readonly NodeView[],
  change: Partial<FleetFoundView> = {},
  query = "",
): FleetFound {
  const lists = pairs.map((pair) => ({ pair, nodes: nodes.filter((node) => node.pair === pair.id) }));
  const view: FleetFoundView = {
    revision: 1,
    matching: nodes.length,
    total: nodes.length,
    pairs: lists.map(({ pair, nodes }) => ({ pair: pair.id, matching: nodes.length, total: nodes.length })),
    connections: [],
    spans: [],
    unknownKeys: [],
    unmet: null,
    best: null,
    selected: null,
    shown: [],
    ...change,
  };
  const here = lists.map(({ pair, nodes }) => [pair.id, new Map(nodes.entries())] as const);
  const places = lists.flatMap(({ pair, nodes }) =>
    nodes.map(({ key }, index) => [key, { pair: pair.id, index }] as const),
  );
  return { ask: { query, onlyRunning: false }, view, nodes: new Map(here), places: new Map(places) };
}

function input(change: Partial<TreeInput> = {}): TreeInput {
  const pairs = mockPairs(2);
  const nodes = pairs.flatMap((pair) => mockNodes(pair, 10, 0)).map((node) => ({ ...node, state: "running" as const }));
  return {
    fleet: { pairs, nodes: KnownNodes.NONE, sizes: new Map() },
    found: foundOf(pairs, nodes),
    saved: { groups: [], connections: [] },
    profiles: { profiles: [], error: null },
    syncEnabled: true,
    foldedPairs: new Set(),
    ...change,
  };
}

const kinds = (rows: Iterable<Row>) => [...rows].map((row) => row.kind);
const titles = (rows: Iterable<Row>) => [...rows].filter(isItem).map(rowTitle);

test("pairs hold their nodes, and a folded pair holds none", () => {
  const open = buildTree(input());
  expect(open).toMatchObject({ shown: 20, total: 20 });
  expect(kinds(open.rows).filter((kind) => kind === "node")).toHaveLength(20);
  const folded = buildTree(input({ foldedPairs: new Set(["acme-stage / eu-central-1"]) }));
  expect(kinds(folded.rows).filter((kind) => kind === "node")).toHaveLength(10);
  expect(folded.total).toBe(20);
  const [stage] = mockPairs(1);
  expect(folded.rows.folded()).toEqual([stage?.id]);
});

test("a node that is not here has its place, and is found there once it is", () => {
  const pairs = mockPairs(1);
  const [pair] = pairs as [PairView];
  const nodes = mockNodes(pair, 1000, 0);
  const found = foundOf(pairs, nodes);
  const few = new Map([[pair.id, new Map([[700, nodes[700] as NodeView]])]]);
  const { rows } = buildTree(input({ fleet: { ...input().fleet, pairs }, found: { ...found, nodes: few } }));
  const start = rows.indexOf(`p:${pair.id}`) + 1;
  expect(rows.at(start)).toMatchObject({ kind: "pending", index: 0 });
  expect(rows.at(start + 700)).toMatchObject({ kind: "node", node: nodes[700] });
  expect(rows.at(start + 700)).toBe(rows.at(start + 700));
  expect(rows.indexOf(`n:${nodes[700]?.key}`)).toBe(start + 700);
  expect(rows.indexOf(`n:${nodes[3]?.key}`)).toBe(start + 3);
  expect(rows.place(start + 999)).toEqual({ index: 999, count: 1000 });
  expect(rows.nodePlace(start + 5)).toEqual({ pair: pair.id, index: 5 });
  expect(rows.nodesBefore(start + 5)).toBe(5);
  expect(rows.at(start + 1000)).toBeUndefined();
});

test("a search opens what is folded, hides what has no match, and counts", () => {
  const base = input({
    saved: {
      groups: [savedGroup(1, { name: "On call" }, true), savedGroup(2, { name: "Other" })],
      connections: [saved({ id: 7, name: "ledger", group: 1 }), saved({ id: 8, name: "web", group: 2 })],
    },
  });
  const tree = buildTree({ ...base, found: foundOf(base.fleet.pairs, [], { connections: [7] }, "ledger") });
  expect(titles(tree.rows).slice(0, 2)).toEqual(["On call", "ledger"]);
  expect(titles(tree.rows)).not.toContain("Other");
  expect(tree.rows.at(0)).toMatchObject({ kind: "section", count: "1 of 2" });
});

test("a search without a match names the part that nothing meets and offers to clear it", () => {
  const { pairs } = input().fleet;
  const counts = pairs.map((pair) => ({ pair: pair.id, matching: 0, total: 10 }));
  const found = foundOf(pairs, [], { pairs: counts, unmet: "tag:team=nobody" }, "web tag:team=nobody");
  const { rows } = buildTree(input({ found }));
  expect([...rows].at(-1)).toMatchObject({
    kind: "note",
    text: "No node matches tag:team=nobody.",
    action: "clear-search",
  });
});

test("a failed pair shows why, above the nodes it still has", () => {
  const base = input();
  const pairs = base.fleet.pairs.map((pair, index) =>
    index === 0 ? { ...pair, sync: { ...pair.sync, error: denied } } : pair,
  );
  const { rows } = buildTree({ ...base, fleet: { ...base.fleet, pairs } });
  const at = [...rows].findIndex((row) => row.kind === "failure");
  expect(rows.at(at - 1)).toMatchObject({ kind: "pair" });
  expect(rows.at(at + 1)).toMatchObject({ kind: "node" });
  expect(kinds(rows).filter((kind) => kind === "failure")).toHaveLength(1);
});

test("no pairs, sync off and nothing synced yet each say so with one action", () => {
  const note = (pairs: readonly PairView[], syncEnabled = true) => {
    const fleet = { ...input().fleet, pairs };
    return [...buildTree(input({ fleet, found: foundOf(pairs, []), syncEnabled })).rows].find(
      (row) => row.key === "note:synced",
    );
  };
  expect(note([])).toMatchObject({ text: "No accounts yet.", action: "add-pair" });
  expect(note(mockPairs(1), false)).toMatchObject({ text: "Sync is off.", action: "turn-on-sync" });
  expect(note(mockPairs(1))).toMatchObject({ text: "Nothing is synced yet.", action: "sync-now" });
});

test("a row is read out as name, id, state, agent, profile and Region", () => {
  const row = [...buildTree(input()).rows].find((other) => other.kind === "node");
  if (row?.kind !== "node") throw new Error("there is a node");
  const node: NodeView = { ...row.node, id: "i-071b2c3d4e5f6f498", name: "checkout-api-2", ping: "online" };
  expect(rowLabel({ ...row, node })).toBe(
    "checkout-api-2, i-071b…f498, running, agent online, acme-stage, eu-central-1",
  );
});

test("an event with one pair keeps the rows of the others", () => {
  const base = input();
  const before = buildTree(base).rows;
  const [first, second] = base.fleet.pairs as [PairView, PairView];
  const fleet = { ...base.fleet, pairs: [{ ...first, enabled: !first.enabled }, second] };
  const after = buildTree({ ...base, fleet }).rows;
  expect(after.at(after.length - 1)).toBe(before.at(before.length - 1));
  expect(after.at(3)).not.toBe(before.at(3));
});
