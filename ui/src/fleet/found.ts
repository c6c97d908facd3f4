/** What the search of the sidebar found: counts, what Enter means, and the nodes of the answer that are in view. */
import { create } from "zustand";
import { client, errorView } from "../ipc/client";
import type { FleetAsk, FleetFoundView, NodePlaceView, NodeView, PairNodesView } from "../ipc/contract";
import { showFailure } from "../window/toasts";
import { useFleet } from "./fleet";

export interface FleetFound {
  ask: FleetAsk;
  /** Null until the first answer. */
  view: FleetFoundView | null;
  /** The nodes that are here, by pair and place. */
  nodes: ReadonlyMap<number, ReadonlyMap<number, NodeView>>;
  /** Where the nodes that are here stand, and the one that was looked for. */
  places: ReadonlyMap<string, NodePlaceView>;
}

const NOTHING: FleetFound = { ask: { query: "", onlyRunning: false }, view: null, nodes: new Map(), places: new Map() };

export const useFound = create<FleetFound>(() => NOTHING);

/** What is to be found. */
export interface FindWanted {
  ask: FleetAsk;
  folded: readonly number[];
  selected: string | null;
  used: readonly string[];
}

/** Rows ahead of those in view, so that walking and scrolling find them there. */
const AHEAD = 120;
/** Nodes that are fetched at once where none is here. */
const CHUNK = 100;
/** More than this is not kept while scrolling. */
const MOST_KEPT = 2000;

/** The places of the nodes in view, counted over all pairs that are not folded. */
let inView = { from: 0, to: 0 };
let wanted: FindWanted | null = null;
let isFinding = false;

/** The tree shows these nodes: after a change they are asked for again. */
export function nodesInView(from: number, to: number) {
  inView = { from, to };
}

/** Finds it; one search at a time, and the last one wanted is the next. */
export function find(what: FindWanted) {
  wanted = what;
  if (isFinding) return;
  isFinding = true;
  void finding();
}

async function finding() {
  while (wanted !== null) {
    const what = wanted;
    wanted = null;
    const isAnew = JSON.stringify(what.ask) !== JSON.stringify(useFound.getState().ask);
    const from = isAnew ? 0 : Math.max(0, inView.from - AHEAD);
    const count = isAnew ? AHEAD : inView.to - from + AHEAD;
    const { ask, folded, selected, used } = what;
    const request = { ask, folded: [...folded], from, count, selected, used: [...used] };
    try {
      take(what, await client.fleetFind(request));
    } catch (thrown) {
      showFailure(errorView(thrown));
    }
  }
  // In the same turn as the last look, so that nothing that is wanted next is missed.
  isFinding = false;
}

/** Another fleet. */
export function forgetFound() {
  useFound.setState(NOTHING, true);
  inView = { from: 0, to: 0 };
}

function take({ ask, selected }: FindWanted, view: FleetFoundView) {
  const places = new Map<string, NodePlaceView>();
  if (view.selected !== null && selected !== null) places.set(selected, view.selected);
  const next = { ask, view, nodes: new Map(), places };
  useFound.setState(withNodes(next, view.shown), true);
  shareNodes();
}

const loading = new Set<string>();

/** Fetches the nodes around a place that is not here. */
export async function loadAround(pair: number, index: number): Promise<void> {
  const { ask, view } = useFound.getState();
  const from = Math.floor(index / CHUNK) * CHUNK;
  const name = JSON.stringify([ask, view?.revision, pair, from]);
  if (loading.has(name)) return;
  loading.add(name);
  try {
    const part = await client.fleetNodes(ask, pair, from, CHUNK);
    if (useFound.getState().view !== view) return;
    useFound.setState((now) => withNodes(now, [part]), true);
    shareNodes();
  } catch (thrown) {
    showFailure(errorView(thrown));
  } finally {
    loading.delete(name);
  }
}

/** Looks up where a node stands that is not here. */
export async function locate(key: string): Promise<void> {
  const { ask, view } = useFound.getState();
  const place = await client.fleetPlace(ask, key).catch(() => null);
  if (place === null || useFound.getState().view !== view) return;
  useFound.setState(({ places }) => ({ places: new Map(places).set(key, place) }));
}

function withNodes(found: FleetFound, parts: readonly PairNodesView[]): FleetFound {
  const kept = [...found.nodes.values()].reduce((sum, nodes) => sum + nodes.size, 0) > MOST_KEPT ? [] : found.nodes;
  const nodes = new Map(kept);
  const places = new Map(kept === found.nodes ? found.places : []);
  for (const part of parts) {
    const ofPair = new Map(nodes.get(part.pair));
    for (const [at, node] of part.nodes.entries()) {
      ofPair.set(part.from + at, node);
      places.set(node.key, { pair: part.pair, index: part.from + at });
    }
    nodes.set(part.pair, ofPair);
  }
  return { ...found, nodes, places };
}

/** What is shown can be looked up by everybody. */
function shareNodes() {
  const shown = [...useFound.getState().nodes.values()].flatMap((nodes) => [...nodes.values()]);
  useFleet.setState(({ nodes }) => ({ nodes: nodes.showing(shown) }));
}
