/** Declared forwards: switched, some of them failing, and traffic that comes and goes. */
import type { ForwardDraftView, ForwardStateView, ForwardView, LocalPortView, NodeView, PairView } from "../contract";
import { type MockHost, refusal } from "./host";

/** A port that another program has. */
const TAKEN = 19_200;

export class MockForwards {
  forwards: ForwardView[] = [];
  #last = 500;
  #flows = false;

  constructor(readonly host: MockHost) {}

  clear() {
    this.forwards = [];
  }

  /** Those of the drawing, through nodes of the production and the staging pair. */
  fill(prod: PairView, nodes: readonly NodeView[], stage: PairView, staged: readonly NodeView[]) {
    const through = (pair: PairView, node: NodeView | undefined) =>
      ({ kind: "node", profile: pair.profile, region: pair.region, node: node?.id ?? "i-0123456789abcdef0" }) as const;
    const bastion = through(prod, nodes[0]);
    const up = (minutes: number): ForwardStateView => ({ kind: "up", sinceMs: Date.now() - minutes * 60_000 });
    const rds = "ledger.cluster-c0ffee.eu-central-1.rds.amazonaws.com";
    this.forwards = [
      this.#made("Ledger primary", "Ledger databases", bastion, 15_432, rds, 5432, up(192), 4),
      this.#made("Ledger replica", "Ledger databases", bastion, 15_433, rds.replace(".", "-ro."), 5432, up(192), 1),
      this.#made(
        "Risk warehouse",
        "Ledger databases",
        { kind: "saved", id: 11 },
        15_439,
        "risk-wh.internal",
        5439,
        {
          kind: "resuming",
          sinceMs: Date.now() - 8000,
          waitsForLogin: false,
          error: null,
        },
        2,
      ),
      this.#made("Queue admin", "Platform tools", through(stage, staged[0]), 15_672, null, 15_672, up(41), 2),
      this.#made("Metrics", "Platform tools", through(stage, staged[1]), 19_090, null, 9090, up(362), 3),
      this.#made("Search console", "Platform tools", through(stage, staged[2]), TAKEN, null, 9200, taken(TAKEN)),
      this.#made("Build cache", "Platform tools", { kind: "saved", id: 15 }, 18_081, null, 8081),
      ...this.#proxies(prod, nodes[1], through(stage, staged[3])),
    ];
  }

  /** One by tags, one for this computer's containers, one that leads into a network only. */
  #proxies(prod: PairView, first: NodeView | undefined, stage: ForwardDraftView["via"]): ForwardView[] {
    const { profile, region } = prod;
    const tags = [{ key: "role", values: ["bastion", "egress"] }];
    const made = (name: string, via: ForwardDraftView["via"], localPort: number, allowed: string[]) => {
      const view = this.#made(name, "SOCKS", via, localPort, null, 1080);
      return { ...view, draft: { ...view.draft, destination: { kind: "socks" as const, allowed } } };
    };
    const shared = made("Shared VPC", { kind: "tags", profile, region, tags }, 11_080, []);
    const dev = made("Dev VPC", stage, 11_081, []);
    const sinceMs = Date.now() - 80 * 60_000;
    return [
      {
        ...shared,
        state: { kind: "up", sinceMs },
        port: 11_080,
        through: { node: first?.id ?? "i-0123456789abcdef0", name: null },
        traffic: { ...shared.traffic, open: 1 },
      },
      { ...dev, draft: { ...dev.draft, bindAddress: "172.17.0.1" } },
      made("Edge site FRA", stage, 11_082, ["10.88.0.0/16"]),
    ];
  }

  save(id: number | null, draft: ForwardDraftView): ForwardView {
    if (draft.name.trim() === "") throw refusal("empty-name", "Give it a name.", "Write a name, then save again.");
    const before = id === null ? undefined : this.#of(id);
    const saved = { ...this.#view(draft), ...(before !== undefined && { id: before.id, state: before.state }) };
    this.#set(saved);
    return saved;
  }

  /** All or none, as the program does it. */
  add(drafts: readonly ForwardDraftView[]): ForwardView[] {
    if (drafts.some(({ name }) => name.trim() === ""))
      throw refusal("empty-name", "Give it a name.", "Write a name, then save again.");
    return drafts.map((draft) => this.save(null, draft));
  }

  delete(id: number) {
    this.forwards = this.forwards.filter((other) => other !== this.#of(id));
    this.host.emit({ kind: "forwards-changed", forwards: [], removals: [id] });
    return null;
  }

  switch(ids: readonly number[], on: boolean) {
    for (const id of ids) this.#of(id);
    for (const id of ids) on ? this.#start(id) : this.setForward(id, { kind: "off" });
    return null;
  }

  check(port: number): LocalPortView {
    if (port === TAKEN) return { error: takenError(port), freePort: port + 1 };
    if (port >= 1024) return { error: null, freePort: null };
    const error = refusal("port-privileged", `Port ${port} needs the rights of an administrator.`);
    return { error, freePort: port + 10_000 };
  }

  /** Puts a forward into a state, as the program would. */
  setForward(id: number, state: ForwardStateView, change: Partial<ForwardView> = {}) {
    const { draft, traffic } = this.#of(id);
    const listens = ["up", "resuming", "asleep"].includes(state.kind);
    const port = listens ? draft.localPort || 54_321 : null;
    const open = listens ? traffic.open : 0;
    const through = draft.via.kind === "node" && listens ? { node: draft.via.node, name: null } : null;
    this.#set({ ...this.#of(id), state, port, through, traffic: { ...traffic, open }, ...change });
  }

  /** Something goes through, until nothing is up any more. */
  flow() {
    if (this.#flows || this.host.options.pace === 0) return;
    this.#flows = true;
    const tick = () => {
      const traffic = this.forwards.filter(({ state, traffic: { open } }) => state.kind === "up" && open > 0);
      for (const { traffic: counts } of traffic) counts.receivedBytes += Math.random() ** 2 * 900_000 * (counts.id % 3);
      this.host.emit({ kind: "forward-traffic", traffic: traffic.map(({ traffic: counts }) => ({ ...counts })) });
      setTimeout(tick, 500);
    };
    tick();
  }

  #start(id: number) {
    const { draft } = this.#of(id);
    if (draft.localPort === TAKEN) return this.setForward(id, taken(TAKEN));
    this.setForward(id, { kind: "starting", waitsForLogin: false });
    this.host.later(700, () => {
      const started = this.forwards.find((other) => other.id === id);
      if (started?.state.kind === "starting") this.setForward(id, { kind: "up", sinceMs: Date.now() });
    });
  }

  #of(id: number): ForwardView {
    const found = this.forwards.find((other) => other.id === id);
    if (found === undefined) throw refusal("unknown-forward", "This forward no longer exists.", "Choose another one.");
    return found;
  }

  #set(forward: ForwardView) {
    this.forwards = [...this.forwards.filter(({ id }) => id !== forward.id), forward];
    this.host.emit({ kind: "forwards-changed", forwards: [forward], removals: [] });
  }

  #view(draft: ForwardDraftView): ForwardView {
    this.#last += 1;
    const traffic = { id: this.#last, open: 0, sentBytes: 0, receivedBytes: 0 };
    return { id: this.#last, draft, state: { kind: "off" }, port: null, through: null, traffic, problem: null };
  }

  #made(
    name: string,
    group: string,
    via: ForwardDraftView["via"],
    localPort: number,
    host: string | null,
    port: number,
    state: ForwardStateView = { kind: "off" },
    open = 0,
  ): ForwardView {
    const isWeb = group === "Platform tools";
    const destination = { kind: "port", host, port } as const;
    const draft = { name, group, via, localPort, bindAddress: null, destination, startsWithPostern: false, isWeb };
    const made = this.#view(draft);
    const listens = state.kind === "up" || state.kind === "resuming";
    return { ...made, state, port: listens ? localPort : null, traffic: { ...made.traffic, open } };
  }
}

function taken(port: number): ForwardStateView {
  return { kind: "failed", error: takenError(port), freePort: port + 1 };
}

function takenError(port: number) {
  const next = `Use ${port + 1}, or end the other program.`;
  return refusal("port-taken", `Port ${port} is already taken by postgres (pid 812).`, next);
}
