/**
 * The nodes that the page knows, which are few: those that the tree shows, and those that something refers to (a saved connection, a
 * forward, a tab, a dialog). What is referred to is looked up again whenever nodes changed.
 */
import { client } from "../ipc/client";
import type { NodeView, TargetAsk } from "../ipc/contract";

/** Known nodes at one moment. */
export class KnownNodes {
  static readonly NONE = new KnownNodes(new Map(), new Map());

  constructor(
    private readonly shown: ReadonlyMap<string, NodeView>,
    private readonly pinned: ReadonlyMap<string, NodeView>,
  ) {}

  get(key: string): NodeView | undefined {
    return this.shown.get(key) ?? this.pinned.get(key);
  }

  /** With others on show. */
  showing(nodes: Iterable<NodeView>): KnownNodes {
    return new KnownNodes(byKey(nodes, this), this.pinned);
  }

  /** With others pinned; the same object where nothing changed. */
  pinning(nodes: readonly NodeView[]): KnownNodes {
    const pinned = byKey(nodes, this);
    const isSame =
      pinned.size === this.pinned.size && [...pinned].every(([key, node]) => this.pinned.get(key) === node);
    return isSame ? this : new KnownNodes(this.shown, pinned);
  }
}

/** A node that did not change stays the same object. */
function byKey(nodes: Iterable<NodeView>, known: KnownNodes): ReadonlyMap<string, NodeView> {
  return new Map([...nodes].map((node) => [node.key, kept(node, known.get(node.key))]));
}

function kept(node: NodeView, before: NodeView | undefined): NodeView {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(node) ? before : node;
}

/** More at once than this is looked up in the next turn only. */
const MOST = 2000;
/** Changes may come ten times a second. */
const PAUSE_MS = 250;

const pins = new Map<string, readonly TargetAsk[]>();
let take: (nodes: readonly NodeView[]) => void = () => {};
let [isLoading, isWanted, isNew] = [false, false, false];
/** Counts up where everything is forgotten: what was asked before says nothing then. */
let world = 0;

/** Where looked-up nodes go; the store of the fleet says it once. */
export function onPinned(listener: (nodes: readonly NodeView[]) => void) {
  take = listener;
}

/** What `of` refers to, from now on; it is looked up at once. */
export function pinTargets(of: string, targets: readonly TargetAsk[]) {
  if (JSON.stringify(pins.get(of) ?? []) === JSON.stringify(targets)) return;
  pins.set(of, targets);
  isNew = true;
  look();
}

export function unpinTargets(of: string) {
  pins.delete(of);
}

/** Nodes changed: those that are referred to may be others now. */
export function nodesChanged() {
  look();
}

/** Another fleet: nothing that was known is of it. */
export function forgetNodes() {
  world += 1;
  isLoading = false;
}

/** One look-up at a time; what is wanted meanwhile comes in the next one. */
function look() {
  isWanted = true;
  if (isLoading) return;
  isLoading = true;
  void lookUp(world);
}

async function lookUp(of: number) {
  // All that is pinned in this turn is asked for at once.
  await Promise.resolve();
  while (isWanted && of === world) {
    [isWanted, isNew] = [false, false];
    const targets = distinct([...pins.values()].flat()).slice(0, MOST);
    const found = targets.length === 0 ? [] : await client.fleetTargets(targets).catch(() => null);
    if (of !== world) return;
    if (found !== null) take(found.filter((node) => node !== null));
    // What is newly referred to is looked up at once, and what only may have changed a little later.
    if (isWanted && !isNew) await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
  if (of === world) isLoading = false;
}

function distinct(targets: readonly TargetAsk[]): TargetAsk[] {
  return [...new Map(targets.map((target) => [JSON.stringify(target), target])).values()];
}
