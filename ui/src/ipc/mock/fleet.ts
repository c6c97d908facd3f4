/** Pairs, their nodes and their sync. */
import type { ErrorView, FleetSizeView, NodeCountView, NodeView, PairDraft, PairView } from "../contract";
import { type MockHost, refusal } from "./host";
import { MOCK_PROFILES, mockNodes, mockPairs, pair as newPair } from "./world";

const DENIED: ErrorView = refusal(
  "denied",
  "The role may not call ssm:DescribeInstanceInformation.",
  "Ask for this permission, then sync again.",
  "AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/dev-admin is not authorized to perform: ssm:DescribeInstanceInformation",
);

export class MockFleet {
  pairs: PairView[] = [];
  nodes = new Map<number, NodeView[]>();
  revision = 1;
  #last = 100;

  constructor(
    readonly host: MockHost,
    readonly syncEnabled: () => boolean,
  ) {}

  all(): NodeView[] {
    return [...this.nodes.values()].flat();
  }

  size(): FleetSizeView {
    const pairs = [...this.nodes].map(([pair, nodes]) => ({ pair, nodes: nodes.length }));
    return { revision: this.revision, pairs };
  }

  /** Puts nodes of a pair in place of those that it had, and tells. */
  setNodes(pair: number, nodes: NodeView[]) {
    this.nodes.set(pair, nodes);
    this.revision += 1;
    const pairs = [{ pair, nodes: nodes.length }];
    this.host.emit({ kind: "fleet-changed", revision: this.revision, pairs });
  }

  clear() {
    this.pairs = [];
    this.nodes.clear();
  }

  /** The fleet of the demo: one pair failed, one is being read. */
  fill() {
    const now = Date.now();
    const { nodes, pairs } = this.host.options;
    this.pairs = mockPairs(pairs);
    const each = Math.ceil(nodes / Math.max(1, this.pairs.length));
    for (const pair of this.pairs) this.nodes.set(pair.id, mockNodes(pair, each, now));
    for (const pair of this.pairs)
      pair.sync = { ...pair.sync, phase: "done", dataAtMs: now - 40_000, agentsAtMs: now - 40_000 };
    const [, , , dev, data] = this.pairs;
    if (dev !== undefined)
      dev.sync = {
        phase: "failed",
        pagesRead: 0,
        nodesRead: 0,
        dataAtMs: now - 29 * 60_000,
        agentsAtMs: now - 29 * 60_000,
        failedAtMs: now - 4 * 60_000,
        againAtMs: null,
        error: DENIED,
      };
    if (data !== undefined)
      data.sync = { ...data.sync, phase: "running", pagesRead: 3, nodesRead: Math.round(each * 0.62) };
  }

  /** The two rows of a new installation. */
  addDefaults() {
    this.pairs = ["eu-central-1", "us-east-1"].map((region, index) => ({
      ...newPair(index + 1, "default", region, "shared"),
      enabled: false,
    }));
  }

  addPair(draft: PairDraft): PairView {
    checkPair(draft);
    if (this.pairs.some((other) => other.profile === draft.profile && other.region === draft.region))
      throw refusal("pair-exists", "This pair is there already.", "Choose another Region.");
    this.#last += 1;
    const added = withDraft(newPair(this.#last, draft.profile, draft.region, "shared"), draft);
    this.pairs = [...this.pairs, added];
    this.#emitPair(added.id);
    if (this.syncEnabled()) this.sync([added]);
    return added;
  }

  /** Those that are not there yet. */
  addPairs(drafts: readonly PairDraft[]): PairView[] {
    const isThere = (draft: PairDraft) =>
      this.pairs.some(({ profile, region }) => profile === draft.profile && region === draft.region);
    for (const draft of drafts) checkPair(draft);
    return drafts.filter((draft) => !isThere(draft)).map((draft) => this.addPair(draft));
  }

  /** As many as a name of such a length has; `acme-dev` may not list, and a Region is not enabled. */
  count(profile: string, region: string): NodeCountView {
    if (profile === "acme-dev") throw DENIED;
    if (region === "eu-south-2")
      throw refusal(
        "region-not-enabled",
        `The account of ${profile} has not enabled ${region}.`,
        "Enable it, or choose another Region.",
      );
    const few = ["eu-central-1", "eu-west-1", "us-east-1"].includes(region);
    return { nodes: few ? ((profile.length * 37 + region.length * 53) % 300) + 1 : 0, error: null };
  }

  updatePair(id: number, draft: PairDraft): PairView {
    checkPair(draft);
    this.pairs = this.pairs.map((pair) => (pair.id === id ? withDraft(pair, draft) : pair));
    this.#emitPair(id);
    return this.pairs.find((pair) => pair.id === id) as PairView;
  }

  removePair(id: number) {
    this.pairs = this.pairs.filter((pair) => pair.id !== id);
    this.setNodes(id, []);
    this.nodes.delete(id);
    this.#emitPair(id);
    return null;
  }

  syncWhileOn(pairs: PairView[]) {
    if (this.syncEnabled()) return this.sync(pairs);
    throw refusal("sync-off", "Sync is off.", "Turn it on in the settings.");
  }

  sync(pairs: PairView[]) {
    for (const pair of pairs) this.#setSync(pair.id, { phase: "running", pagesRead: 0, nodesRead: 0 });
    const finish = () => {
      for (const pair of pairs) this.#finishSync(pair.id);
    };
    if (this.host.options.pace > 0) setTimeout(finish, 900);
    else finish();
    return null;
  }

  cancel() {
    for (const pair of this.pairs) if (pair.sync.phase === "running") this.#setSync(pair.id, { phase: "cancelled" });
    return null;
  }

  #finishSync(id: number) {
    const pair = this.pairs.find((other) => other.id === id);
    if (pair === undefined || pair.sync.phase !== "running") return;
    if (pair.problem !== null)
      return this.#setSync(id, { phase: "failed", failedAtMs: Date.now(), error: pair.problem });
    if (pair.id === 4) return this.#setSync(id, { phase: "failed", failedAtMs: Date.now(), error: DENIED });
    if (!this.nodes.has(id)) {
      this.setNodes(id, mockNodes(pair, 30, Date.now()));
    }
    this.#setSync(id, { phase: "done", dataAtMs: Date.now(), agentsAtMs: Date.now(), failedAtMs: null, error: null });
  }

  #setSync(id: number, change: Partial<PairView["sync"]>) {
    this.pairs = this.pairs.map((pair) => (pair.id === id ? { ...pair, sync: { ...pair.sync, ...change } } : pair));
    this.#emitPair(id);
  }

  #emitPair(id: number) {
    const pairs = this.pairs.filter((pair) => pair.id === id);
    this.host.emit({ kind: "pairs-changed", pairs, removals: pairs.length === 0 ? [id] : [] });
  }
}

function withDraft(pair: PairView, draft: PairDraft): PairView {
  const known = MOCK_PROFILES.find((profile) => profile.name === draft.profile);
  // The names of profiles of Postern's own end with the role.
  const own = /-(ReadOnly|sre-operator)$/.test(draft.profile);
  return {
    ...pair,
    ...draft,
    endpoints: draft.endpoints ?? pair.endpoints,
    environment: known?.environment ?? "shared",
    problem: known === undefined && !own && draft.enabled ? missing(draft.profile) : null,
  };
}

function checkPair(draft: PairDraft) {
  if (draft.profile === "") throw refusal("bad-profile", "A profile must not be empty.", "Correct it, then try again.");
  if (!/^[a-z]+(-[a-z]+)+-\d+$/.test(draft.region))
    throw refusal("bad-region", "A Region looks like eu-central-1: lower-case words and a number, joined by hyphens.");
  const wrong = Object.entries(draft.endpoints ?? {}).find(([, place]) => place.startsWith("http://"));
  if (wrong !== undefined) throw refusal(`bad-${wrong[0]}`, "An endpoint is reached by https.");
}

function missing(profile: string): ErrorView {
  return refusal(
    "unknown-profile",
    `There is no AWS profile ${profile}.`,
    "Choose one of: acme-prod, acme-stage, acme-dev.",
  );
}
