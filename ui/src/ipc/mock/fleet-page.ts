/** The fleet page of the stand-in: the same questions, answered by looking at every node. */
import type { FacetView, FleetPageAsk, FleetPageView, NodeView, PairView } from "../contract";

const FACETS = ["profile", "state", "region", "platform", "type"];
const STOPPED: readonly NodeView["state"][] = ["stopping", "stopped", "shutting-down", "terminated"];

export interface MockTable {
  nodes: readonly NodeView[];
  pairs: readonly PairView[];
}

export function pageOf(table: MockTable, ask: FleetPageAsk, from: number, count: number): FleetPageView {
  const found = matching(table, ask);
  const facets = [...FACETS, ...(ask.tagFacets ?? tagKeys(table.nodes).slice(0, 2)).map((key) => `tag:${key}`)];
  return {
    total: table.nodes.length,
    matching: found.length,
    from,
    rows: found.slice(from, from + count),
    facets: facets.map((facet) => facetOf(table, ask, facet)),
    tagKeys: tagKeys(table.nodes).map((key) => ({ key, nodes: table.nodes.filter((node) => tagOf(node, key)).length })),
    unknownKeys: [],
    excludedBy:
      found.length > 0 ? null : table.nodes.length === 0 ? "empty" : ask.chosen.length > 0 ? "facets" : "query",
  };
}

export function keysOfPage(table: MockTable, ask: FleetPageAsk, from: number, count: number): string[] {
  return matching(table, ask)
    .slice(from, from + count)
    .map(({ key }) => key);
}

function matching(table: MockTable, ask: FleetPageAsk, except = ""): NodeView[] {
  const words = ask.query.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = ask.chosen.filter(({ facet, values }) => facet !== except && values.length > 0);
  const found = table.nodes.filter(
    (node) =>
      words.every((word) => `${node.name} ${node.id}`.toLowerCase().includes(word)) &&
      !(ask.onlyRunning && STOPPED.includes(node.state)) &&
      chosen.every(({ facet, values }) => values.includes(textOf(table, node, facet))),
  );
  const sign = ask.descending ? -1 : 1;
  return found.sort((a, b) => {
    const [one, other] = [textOf(table, a, ask.sort), textOf(table, b, ask.sort)];
    if (one === "" || other === "") return Number(one === "") - Number(other === "");
    return sign * one.localeCompare(other, "en", { numeric: true });
  });
}

function facetOf(table: MockTable, ask: FleetPageAsk, facet: string): FacetView {
  const counts = new Map<string, number>();
  for (const node of matching(table, ask, facet)) {
    const value = textOf(table, node, facet);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const values = [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
  return { facet, values: values.filter(({ value }) => value.includes(ask.findValue)), more: 0 };
}

function tagKeys(nodes: readonly NodeView[]): string[] {
  return [...new Set(nodes.flatMap(({ tags }) => tags.map(({ key }) => key)))].sort();
}

function tagOf(node: NodeView, key: string): string {
  return node.tags.find((tag) => tag.key === key)?.value ?? "";
}

function textOf({ pairs }: MockTable, node: NodeView, field: string): string {
  if (field.startsWith("tag:")) return tagOf(node, field.slice(4));
  const pair = pairs.find(({ id }) => id === node.pair);
  const state = STOPPED.includes(node.state) ? "stopped" : node.state === "pending" ? "starting" : node.ping;
  const texts: Record<string, string | null | undefined> = {
    name: node.name,
    id: node.id,
    profile: pair?.profile,
    region: pair?.region,
    state,
    platform: node.platform,
    system: node.platformName,
    type: node.kind === "hybrid" ? "hybrid" : node.instanceType,
    "private-ip": node.privateIp,
  };
  return texts[field] ?? "";
}
