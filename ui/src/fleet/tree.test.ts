// @vitest-environment node
import { expect, test } from "vitest";
import type { ErrorView, GroupView, NodeView } from "../ipc/contract";
import { mockNodes, mockPairs } from "../ipc/mock/world";
import { saved, savedGroup } from "../samples.test.helper";
import { nodesOf } from "./nodes";
import { parseQuery } from "./query";
import { isItem, type Row, rowLabel, rowTitle } from "./row";
import { buildTree, type TreeInput } from "./tree";

const denied: ErrorView = { code: "denied", message: "Denied.", nextStep: "Ask for it.", detail: null };

function input(change: Partial<TreeInput> = {}): TreeInput {
  const pairs = mockPairs(2);
  const nodes = pairs.flatMap((pair) => mockNodes(pair, 10, 0)).map((node) => ({ ...node, state: "running" as const }));
  return {
    fleet: { pairs: pairs, nodes: nodesOf(nodes) },
    saved: { groups: [], connections: [] },
    profiles: { profiles: [], error: null },
    query: parseQuery(""),
    onlyRunning: false,
    syncEnabled: true,
    foldedPairs: new Set(),
    ...change,
  };
}

function group(id: number, name: string, collapsed = false): GroupView {
  return savedGroup(id, { name }, collapsed);
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
});

test("nodes are sorted by name with numbers as numbers, and nameless ones come last", () => {
  const [pair] = mockPairs(1);
  if (pair === undefined) throw new Error("there is a pair");
  const names = ["web-10", "", "Web-9", "api-2"];
  const nodes = mockNodes(pair, 4, 0).map((node, index) => ({ ...node, name: names[index] ?? "" }));
  const { rows } = buildTree(input({ fleet: { pairs: [pair], nodes: nodesOf(nodes) } }));
  const shown = [...rows].flatMap((row) => (row.kind === "node" ? [row.node.name] : []));
  expect(shown).toEqual(["api-2", "Web-9", "web-10", ""]);
});

test("only running hides what is stopped, and keeps hybrid nodes whose state nobody knows", () => {
  const base = input();
  const states: NodeView["state"][] = [
    "stopped",
    "terminated",
    "shutting-down",
    "stopping",
    "unknown",
    "pending",
    "running",
  ];
  const nodes = [...base.fleet.nodes]
    .slice(0, 7)
    .map((node, index) => ({ ...node, state: states[index] ?? "running" }));
  const tree = buildTree({ ...base, fleet: { pairs: base.fleet.pairs, nodes: nodesOf(nodes) }, onlyRunning: true });
  expect(tree.total).toBe(3);
});

test("a search opens what is folded, hides what has no match, and counts", () => {
  const base = input({
    saved: {
      groups: [group(1, "On call", true), group(2, "Other")],
      connections: [saved({ id: 7, name: "ledger", group: 1 }), saved({ id: 8, name: "web", group: 2 })],
    },
  });
  const tree = buildTree({ ...base, query: parseQuery("ledger") });
  expect(titles(tree.rows).slice(0, 2)).toEqual(["On call", "ledger"]);
  expect(titles(tree.rows)).not.toContain("Other");
  expect(tree.rows.at(0)).toMatchObject({ kind: "section", count: "1 of 2" });
});

test("a search without a match names the term and offers to clear it", () => {
  const { rows } = buildTree(input({ query: parseQuery("tag:team=nobody") }));
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
  const note = (change: Partial<TreeInput>) =>
    [...buildTree(input(change)).rows].find((row) => row.key === "note:synced");
  const never = { pairs: mockPairs(1), nodes: nodesOf([]) };
  expect(note({ fleet: { pairs: [], nodes: nodesOf([]) } })).toMatchObject({
    text: "No accounts yet.",
    action: "add-pair",
  });
  expect(note({ fleet: never, syncEnabled: false })).toMatchObject({ text: "Sync is off.", action: "turn-on-sync" });
  expect(note({ fleet: never })).toMatchObject({ text: "Nothing is synced yet.", action: "sync-now" });
});

test("a row is read out as name, id, state, agent, profile and Region", () => {
  const row = [...buildTree(input()).rows].find((other) => other.kind === "node");
  if (row?.kind !== "node") throw new Error("there is a node");
  const node: NodeView = { ...row.node, name: "checkout-api-2", ping: "online" };
  expect(rowLabel({ ...row, node })).toBe(
    "checkout-api-2, i-071b…f498, running, agent online, acme-stage, eu-central-1",
  );
});

test("fifty thousand nodes become rows, and a query leaves those that it names", () => {
  const pairs = mockPairs(24);
  const nodes = pairs.flatMap((pair) => mockNodes(pair, 2084, 0));
  const fleet = { pairs: pairs, nodes: nodesOf(nodes) };
  const all = buildTree(input({ fleet }));
  const found = buildTree(input({ fleet, query: parseQuery("tag:team=checkout api") }));
  expect(all.rows.length).toBeGreaterThan(50_000);
  expect(found.shown).toBeGreaterThan(100);
});
