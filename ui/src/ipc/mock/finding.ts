/** The searches of the stand-in, answered by looking at everything. */
import type {
  BestHitView,
  BestRequest,
  BestView,
  CompletionView,
  ConnectionView,
  FindRequest,
  FleetAsk,
  FleetFoundView,
  GroupView,
  NodePlaceView,
  NodeView,
  PairNodesView,
  PairView,
  TargetAsk,
  TypedNodeView,
  TypedRequest,
  TypedView,
} from "../contract";
import type { MockFleet } from "./fleet";
import { connectionFound, MOCK_KEYS, matches, nodeFound, spansOf, termsOf, unknownKeysOf } from "./question";

const STOPPED: readonly NodeView["state"][] = ["stopping", "stopped", "shutting-down", "terminated"];

export class MockFinding {
  constructor(
    readonly fleet: MockFleet,
    readonly saved: { groups: () => readonly GroupView[]; connections: () => readonly ConnectionView[] },
  ) {}

  find({ ask, folded, from, count, selected, used }: FindRequest): FleetFoundView {
    const pairs = this.#pairs(ask).filter(({ total }) => total > 0);
    const nodes = pairs.flatMap(({ nodes }) => nodes);
    const connections = this.#connections(ask);
    const total = pairs.reduce((sum, pair) => sum + pair.total, 0);
    const open = pairs.filter(({ pair }) => !folded.includes(pair.id));
    const shown = new Set(open.flatMap(({ nodes }) => nodes).slice(from, from + count));
    return {
      revision: this.fleet.revision,
      matching: nodes.length,
      total,
      pairs: pairs.map(({ pair, nodes, total }) => ({ pair: pair.id, matching: nodes.length, total })),
      connections: connections.map(({ id }) => id),
      spans: spansOf(ask.query),
      unknownKeys: unknownKeysOf(ask.query),
      unmet: nodes.length === 0 && total > 0 ? this.#unmet(ask) : null,
      best: this.#bestHit(ask, nodes, connections, used),
      selected: selected === null ? null : this.place(ask, selected),
      shown: open.flatMap(({ pair, nodes }) => {
        const first = nodes.findIndex((node) => shown.has(node));
        const some = nodes.filter((node) => shown.has(node));
        return some.length === 0 ? [] : [this.#part(pair.id, first, nodes, some)];
      }),
    };
  }

  nodes(ask: FleetAsk, pair: number, from: number, count: number): PairNodesView {
    const nodes = this.#pairs(ask).find((one) => one.pair.id === pair)?.nodes ?? [];
    return this.#part(pair, from, nodes, nodes.slice(from, from + count));
  }

  byKey(keys: readonly string[]): NodeView[] {
    return this.fleet.all().filter(({ key }) => keys.includes(key));
  }

  targets(targets: readonly TargetAsk[]): (NodeView | null)[] {
    return targets.map(({ target, profile, region }) => {
      const isMeant = (pair: PairView) =>
        (profile === null || pair.profile === profile) && (region === null || pair.region === region);
      const keys = this.fleet.pairs.filter(isMeant).map(({ id }) => `${id}/${target}`);
      return this.fleet.all().find(({ key }) => keys.includes(key)) ?? null;
    });
  }

  place(ask: FleetAsk, key: string): NodePlaceView | null {
    for (const { pair, nodes } of this.#pairs(ask)) {
      const index = nodes.findIndex((node) => node.key === key);
      if (index >= 0) return { pair: pair.id, index };
    }
    return null;
  }

  typed({ ask, folded, word, from }: TypedRequest): TypedView {
    const places = this.#pairs(ask)
      .filter(({ pair }) => !folded.includes(pair.id))
      .flatMap(({ pair, nodes }) => nodes.map((node, index) => ({ node, pair, index })));
    const start = places.findIndex(({ pair, index }) => pair.id === from.pair && index >= from.index);
    const order = start < 0 ? places : [...places.slice(start), ...places.slice(0, start)];
    const hit = (found: (typeof places)[number] | undefined): TypedNodeView | null =>
      found === undefined ? null : { key: found.node.key, place: { pair: found.pair.id, index: found.index } };
    const whole = order.filter(({ node }) => title(node) === word.toLowerCase());
    return {
      wholeElsewhere: hit(whole.find(({ pair }) => pair.environment !== "prod")),
      whole: hit(whole[0]),
      begins: hit(order.find(({ node }) => title(node).startsWith(word.toLowerCase()))),
    };
  }

  best({ ask, limit, used }: BestRequest): BestView {
    const nodes = this.#pairs(ask).flatMap((pair) => pair.nodes);
    const connections = this.#connections(ask);
    const ranked = this.#ranked(ask, nodes, connections, used);
    const keys = (sign: string) => ranked.filter(({ key }) => key.startsWith(sign)).map(({ key }) => key.slice(2));
    const byKey = new Map(nodes.map((node) => [node.key, node]));
    return {
      nodes: keys("n:")
        .flatMap((key) => byKey.get(key) ?? [])
        .slice(0, limit),
      matchingNodes: nodes.length,
      connections: keys("c:").map(Number).slice(0, limit),
      matchingConnections: connections.length,
    };
  }

  /** Keys only. */
  complete(text: string, cursor: number): CompletionView {
    const from = text.slice(0, cursor).search(/\S*$/);
    const typed = text.slice(from, cursor);
    const keys = typed === "" ? [] : MOCK_KEYS.filter((key) => key.startsWith(typed));
    const suggestions = keys.map((key) => ({ text: `${key}:`, shown: `${key}:`, count: null, meaning: `the ${key}` }));
    return { from, to: cursor, suggestions };
  }

  #part(pair: number, from: number, all: readonly NodeView[], nodes: NodeView[]): PairNodesView {
    return { revision: this.fleet.revision, pair, from, matching: all.length, nodes };
  }

  #pairs({ query, onlyRunning }: FleetAsk) {
    const terms = termsOf(query);
    return this.fleet.pairs.map((pair) => {
      const all = this.fleet.nodes.get(pair.id) ?? [];
      const present = onlyRunning ? all.filter(({ state }) => !STOPPED.includes(state)) : all;
      const nodes = present.filter((node) => matches(terms, nodeFound(node, pair))).sort(compareNodes);
      return { pair, nodes, total: present.length };
    });
  }

  #connections({ query }: FleetAsk): ConnectionView[] {
    const terms = termsOf(query);
    const found = this.saved.connections().filter((one) => matches(terms, connectionFound(one, this.saved.groups())));
    return found.sort((a, b) => compareText(a.draft.name, b.draft.name));
  }

  #unmet({ query, onlyRunning }: FleetAsk): string | null {
    const finds = (text: string) => this.#pairs({ query: text, onlyRunning }).some(({ nodes }) => nodes.length > 0);
    return termsOf(query).find(({ text }) => !finds(text))?.text ?? null;
  }

  #bestHit(ask: FleetAsk, nodes: readonly NodeView[], saved: readonly ConnectionView[], used: readonly string[]) {
    const ranked = this.#ranked(ask, nodes, saved, used);
    const [first] = ranked;
    if (first === undefined) return null;
    const exact = ranked.filter(({ fit }) => fit === 0 && ask.query.trim() !== "");
    const sure = ranked.length === 1 || (exact.length === 1 && exact[0] === first);
    const place = first.key.startsWith("n:") ? this.place(ask, first.key.slice(2)) : null;
    return { key: first.key, sure, place } satisfies BestHitView;
  }

  #ranked({ query }: FleetAsk, nodes: readonly NodeView[], saved: readonly ConnectionView[], used: readonly string[]) {
    const words = termsOf(query).flatMap(({ key, values }) => (key === null || key === "name" ? values : []));
    const production = new Set(this.fleet.pairs.flatMap((pair) => (pair.environment === "prod" ? pair.id : [])));
    const likeness = (name: string, id: string) => fitOf([name.toLowerCase(), id.toLowerCase()], words);
    const all = [
      ...nodes.map((node) => ({
        key: `n:${node.key}`,
        name: node.name,
        fit: likeness(node.name, node.id),
        isProduction: production.has(node.pair),
      })),
      ...saved.map(({ id, draft, effectiveProfile }) => ({
        key: `c:${id}`,
        name: draft.name,
        fit: likeness(draft.name, draft.target),
        isProduction: effectiveProfile?.value.includes("prod") ?? false,
      })),
    ];
    const recency = (key: string) => (used.includes(key) ? used.indexOf(key) : used.length);
    return all.sort(
      (a, b) =>
        a.fit - b.fit ||
        Number(a.isProduction) - Number(b.isProduction) ||
        recency(a.key) - recency(b.key) ||
        compareText(a.name, b.name),
    );
  }
}

/** The exact name first, then what begins so, then what has it, then what is found by something else. */
function fitOf(names: readonly string[], words: readonly string[]): number {
  if (words.some((word) => names.includes(word))) return 0;
  if (words.some((word) => names.some((name) => name.startsWith(word)))) return 1;
  return words.some((word) => names.some((name) => name.includes(word))) ? 2 : 3;
}

function compareNodes(a: NodeView, b: NodeView): number {
  return Number(a.name === "") - Number(b.name === "") || compareText(a.name, b.name) || compareText(a.id, b.id);
}

function title({ name, id }: NodeView): string {
  return (name === "" ? id : name).toLowerCase();
}

const order = new Intl.Collator("en", { numeric: true });

function compareText(a: string, b: string): number {
  return order.compare(a, b);
}
