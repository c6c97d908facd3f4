// @vitest-environment node
import { beforeEach, expect, test } from "vitest";
import type { NodeView } from "../ipc/contract";
import { mockNodes, mockPairs } from "../ipc/mock/world";
import { changePairs, keepPair, nodeOfTarget, replaceFleet, useFleet } from "./fleet";
import { nodesOf } from "./nodes";
import { parseQuery } from "./query";
import { buildTree } from "./tree";

const [pair, other] = mockPairs(2);
if (pair === undefined || other === undefined) throw new Error("there are pairs");

beforeEach(() => replaceFleet([], []));

test("a difference changes what it names and nothing else", () => {
  const nodes = [...mockNodes(pair, 3, 0), ...mockNodes(other, 2, 0)];
  const [first, second] = nodes as [NodeView, NodeView];
  const before = nodesOf(nodes);
  const after = before.changed([{ ...first, name: "renamed" }], [second.key]);
  expect(after.size).toBe(4);
  expect(after.get(first.key)?.name).toBe("renamed");
  expect(after.ofPair(pair.id)).toHaveLength(2);
  expect(after.ofPair(other.id)).toBe(before.ofPair(other.id));
  expect(before.size).toBe(5);
  expect(before.get(second.key)).toBe(second);
});

test("the last node of a pair takes its list along", () => {
  const [only] = mockNodes(pair, 1, 0) as [NodeView];
  expect(nodesOf([only]).changed([], [only.key]).ofPair(pair.id)).toHaveLength(0);
});

test("a target is looked up in the pair that its profile and Region mean", () => {
  const [here] = mockNodes(pair, 1, 0) as [NodeView];
  const fleet = { pairs: [pair, other], nodes: nodesOf([here]) };
  expect(nodeOfTarget(fleet, here.id, pair.profile, pair.region)).toBe(here);
  expect(nodeOfTarget(fleet, here.id, null, null)).toBe(here);
  expect(nodeOfTarget(fleet, here.id, other.profile, other.region)).toBeUndefined();
});

/** The same node, whose reading is counted. */
function counted(node: NodeView, reads: { count: number }): NodeView {
  return new Proxy(node, {
    get: (target, name) => {
      reads.count += 1;
      return Reflect.get(target, name);
    },
  });
}

/** How many parts of a list are not those of the list before. */
function newParts<T>(before: readonly T[], after: readonly T[]): number {
  const known = new Set(before);
  return after.filter((part) => !known.has(part)).length;
}

test("an event for one node of 50,000 neither walks nor copies the others", () => {
  const reads = { count: 0 };
  const nodes = mockNodes(pair, 50_000, 0).map((node) => counted(node, reads));
  const before = nodesOf(nodes);
  const one = nodes[31_234] as NodeView;
  const changes: [string, () => ReturnType<typeof before.changed>][] = [
    ["another state", () => before.changed([{ ...one, state: "stopped" }], [])],
    ["another name", () => before.changed([{ ...one, name: "zz-renamed" }], [])],
    ["gone", () => before.changed([], [one.key])],
    ["new", () => before.changed([{ ...one, id: "i-new", key: `${pair.id}/i-new` }], [])],
  ];
  for (const [what, change] of changes) {
    reads.count = 0;
    const after = change();
    expect(reads.count, what).toBeLessThan(500);
    expect(before.ofPair(pair.id).parts.length).toBeGreaterThan(150);
    expect(newParts(before.ofPair(pair.id).parts, after.ofPair(pair.id).parts), what).toBeLessThanOrEqual(3);
  }
});

test("the tree makes the rows anew of the part of the nodes that changed, and of no other", () => {
  const nodes = nodesOf([...mockNodes(pair, 20_000, 0), ...mockNodes(other, 20_000, 0)]);
  const input = {
    saved: { groups: [], connections: [] },
    profiles: { profiles: [], error: null },
    query: parseQuery(""),
    onlyRunning: false,
    syncEnabled: true,
    foldedPairs: new Set<string>(),
  };
  const before = buildTree({ ...input, fleet: { pairs: [pair, other], nodes } });
  const one = [...nodes][7000] as NodeView;
  const fleet = { pairs: [pair, other], nodes: nodes.changed([{ ...one, ping: "lost" }], []) };
  const known = new Set(before.rows);
  const made = [...buildTree({ ...input, fleet }).rows].filter((row) => row.kind === "node" && !known.has(row));
  expect(before.rows.length).toBeGreaterThan(40_000);
  expect(made.length).toBeGreaterThan(0);
  expect(made.length).toBeLessThanOrEqual(256);
});

test("an event with the pairs keeps those that did not change, so that their rows stay", () => {
  replaceFleet([pair, other], []);
  changePairs(structuredClone([{ ...pair, enabled: !pair.enabled }, other]), []);
  const [first, second] = useFleet.getState().pairs;
  expect(first?.enabled).toBe(!pair.enabled);
  expect(second).toBe(other);
});

test("the answer to a pair that was added shows it, and never overtakes the events of its sync", () => {
  const running = { ...other, sync: { ...other.sync, phase: "running" as const } };
  changePairs([pair, running], []);
  keepPair({ ...other, sync: { ...other.sync, phase: "queued" } });
  expect(useFleet.getState().pairs).toEqual([pair, running]);
  keepPair({ ...other, id: 99 });
  expect(useFleet.getState().pairs.map(({ id }) => id)).toEqual([pair.id, other.id, 99]);
});
