/** The program as a stand-in that lives in the page: for development, pictures and tests. Never part of the product. */
import type { Backend } from "../backend";
import type {
  AppEvent,
  BootstrapView,
  ConnectionDraftView,
  ConnectionView,
  ConnectRequest,
  ErrorView,
  GroupView,
  InheritedView,
  Mode,
  NodeView,
  PairDraft,
  PairView,
  SettingsView,
  TabView,
} from "../contract";
import { MockShell } from "./shell";
import { MOCK_PROFILES, mockNodes, mockPairs, pair as newPair } from "./world";

export interface MockOptions {
  mode: Mode;
  nodes: number;
  pairs: number;
  profiles: "found" | "none" | "error";
  /** How long the stand-in takes to answer; 0 answers within the same turn of the loop. */
  pace: number;
}

interface Tab {
  view: TabView;
  request: ConnectRequest;
  shell: MockShell | null;
  ring: Uint8Array[];
  output: ((bytes: Uint8Array) => void) | null;
  size: { cols: number; rows: number };
  held: Uint8Array[];
}

const SETTINGS: SettingsView = {
  syncEnabled: true,
  onlyRunning: false,
  syncEveryMinutes: 15,
  defaultProfile: null,
  defaultRegion: "eu-central-1",
  theme: "system",
  terminalFontSize: 13,
  scrollbackLines: 10_000,
};

const DENIED: ErrorView = {
  code: "denied",
  message: "The role may not call ssm:DescribeInstanceInformation.",
  nextStep: "Ask for this permission, then sync again.",
  detail:
    "AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/dev-admin is not authorized to perform: ssm:DescribeInstanceInformation",
};

export class MockProgram implements Backend {
  readonly listeners = new Set<(event: AppEvent) => void>();
  /** Every call with its arguments, for tests. */
  readonly calls: { name: string; args: unknown[] }[] = [];
  /** Failures to give instead of the next answer, by command. */
  readonly failNext = new Map<string, ErrorView>();
  mode: Mode;
  settings = { ...SETTINGS };
  pairs: PairView[] = [];
  nodes = new Map<number, NodeView[]>();
  groups: GroupView[] = [];
  connections: ConnectionDraftWithId[] = [];
  tabs = new Map<number, Tab>();
  #last = 100;

  constructor(readonly options: MockOptions) {
    this.mode = options.mode;
    if (this.mode !== "first-run") this.#fill();
  }

  commands: Backend["commands"] = {
    bootstrap: () => this.#answer("bootstrap", [], () => this.#view()),
    chooseMode: (mode) => this.#answer("chooseMode", [mode], () => this.#choose(mode)),
    readProfiles: () => this.#answer("readProfiles", [], () => this.#profiles()),
    saveSettings: (settings) => this.#answer("saveSettings", [settings], () => this.#keepSettings(settings)),
    addPair: (draft) => this.#answer("addPair", [draft], () => this.#addPair(draft)),
    updatePair: (id, draft) => this.#answer("updatePair", [id, draft], () => this.#updatePair(id, draft)),
    removePair: (id) => this.#answer("removePair", [id], () => this.#removePair(id)),
    syncAll: () => this.#answer("syncAll", [], () => this.#syncWhileOn(this.pairs.filter((pair) => pair.enabled))),
    syncPair: (id) =>
      this.#answer("syncPair", [id], () => this.#syncWhileOn(this.pairs.filter((pair) => pair.id === id))),
    cancelSync: () => this.#answer("cancelSync", [], () => this.#cancel()),
    saveGroup: (id, draft) => this.#answer("saveGroup", [id, draft], () => this.#saveGroup(id, draft)),
    deleteGroup: (id) => this.#answer("deleteGroup", [id], () => this.#deleteGroup(id)),
    setGroupCollapsed: (id, collapsed) =>
      this.#answer("setGroupCollapsed", [id, collapsed], () => {
        this.groups = this.groups.map((group) => (group.id === id ? { ...group, collapsed } : group));
        return null;
      }),
    saveConnection: (id, draft) => this.#answer("saveConnection", [id, draft], () => this.#saveConnection(id, draft)),
    deleteConnection: (id) =>
      this.#answer("deleteConnection", [id], () => {
        this.connections = this.connections.filter((connection) => connection.id !== id);
        this.#tellConnections();
        return null;
      }),
    connect: (request, cols, rows) =>
      this.#answer("connect", [request, cols, rows], () => this.#connect(request, { cols, rows })),
    reconnectTab: (id, cols, rows) =>
      this.#answer("reconnectTab", [id, cols, rows], () => this.#reconnect(id, { cols, rows })),
    closeTab: (id) =>
      this.#answer("closeTab", [id], () => {
        this.tabs.delete(id);
        this.tell({ kind: "tab-closed", id });
        return null;
      }),
    terminalResize: (id, cols, rows) =>
      this.#answer("terminalResize", [id, cols, rows], () => {
        const tab = this.#tab(id);
        tab.size = { cols, rows };
        if (tab.shell !== null) tab.shell.size = tab.size;
        return null;
      }),
    terminalCredit: (id, bytes) => this.#answer("terminalCredit", [id, bytes], () => null),
    retryResume: (id) => this.#answer("retryResume", [id], () => this.#resumed(id)),
    demoDropNetwork: (id) => this.#answer("demoDropNetwork", [id], () => this.#drop(id)),
    simulatorEndpoint: () =>
      this.#answer("simulatorEndpoint", [], () => (this.mode === "demo" ? "http://127.0.0.1:43117" : null)),
    openLink: (url) => this.#answer("openLink", [url], () => null),
  };

  async listen(listener: (event: AppEvent) => void) {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async attachTerminal(id: number, onOutput: (bytes: Uint8Array) => void) {
    const tab = this.#tab(id);
    tab.output = onOutput;
    for (const bytes of tab.ring) onOutput(bytes);
    return () => {
      tab.output = null;
    };
  }

  async sendTerminalInput(id: number, bytes: Uint8Array) {
    this.calls.push({ name: "terminalInput", args: [id, bytes] });
    const tab = this.#tab(id);
    if (tab.view.state.kind === "resuming") tab.held.push(bytes);
    else tab.shell?.type(bytes);
  }

  window: Backend["window"] = {
    minimize: async () => void this.calls.push({ name: "minimize", args: [] }),
    toggleMaximize: async () => void this.calls.push({ name: "toggleMaximize", args: [] }),
    close: async () => void this.calls.push({ name: "close", args: [] }),
  };

  tell(event: AppEvent) {
    for (const listener of this.listeners) listener(event);
  }

  /** Puts a tab into a state, as the program would. */
  setTab(id: number, state: TabView["state"]) {
    const tab = this.#tab(id);
    tab.view = { ...tab.view, state };
    this.tell({ kind: "tab-changed", tab: tab.view });
  }

  async #answer<T>(
    name: string,
    args: unknown[],
    answer: () => T,
  ): Promise<{ status: "ok"; data: T } | { status: "error"; error: ErrorView }> {
    this.calls.push({ name, args });
    if (this.options.pace > 0) await new Promise((done) => setTimeout(done, this.options.pace));
    const failure = this.failNext.get(name);
    this.failNext.delete(name);
    if (failure !== undefined) return { status: "error", error: failure };
    try {
      return { status: "ok", data: answer() };
    } catch (thrown) {
      return { status: "error", error: thrown as ErrorView };
    }
  }

  #view(): BootstrapView {
    return {
      version: "0.1.0",
      mode: this.mode,
      awsConfigPath: "~/.aws/config",
      profiles: this.#profiles(),
      settings: this.settings,
      pairs: this.pairs,
      groups: this.groups,
      connections: this.#connectionViews(),
      nodes: [...this.nodes.values()].flat(),
      tabs: [...this.tabs.values()].map((tab) => tab.view),
      history: {
        targets: ["i-0a1b2c3d4e5f67890", "mi-09d2f0a1b2c3d4e5f"],
        profiles: ["acme-stage", "acme-prod"],
        regions: ["eu-central-1"],
      },
      notices: [],
    };
  }

  #choose(mode: Mode): BootstrapView {
    this.mode = mode;
    this.tabs.clear();
    this.pairs = [];
    this.nodes.clear();
    this.groups = [];
    this.connections = [];
    if (mode === "demo") this.#fill();
    if (mode === "aws") {
      this.settings = { ...this.settings, syncEnabled: false };
      this.pairs = ["eu-central-1", "us-east-1"].map((region, index) => ({
        ...newPair(index + 1, "default", region, "shared"),
        enabled: false,
        problem: missing("default"),
      }));
    }
    return this.#view();
  }

  #fill() {
    const now = Date.now();
    this.pairs = mockPairs(this.options.pairs);
    const each = Math.ceil(this.options.nodes / Math.max(1, this.pairs.length));
    for (const pair of this.pairs) this.nodes.set(pair.id, mockNodes(pair, each, now));
    const [stage, prod, , dev, data] = this.pairs;
    for (const pair of this.pairs) pair.sync = { ...pair.sync, phase: "done", dataAtMs: now - 40_000 };
    if (dev !== undefined)
      dev.sync = {
        phase: "failed",
        nodesRead: 0,
        dataAtMs: now - 29 * 60_000,
        failedAtMs: now - 4 * 60_000,
        error: DENIED,
      };
    if (data !== undefined) data.sync = { ...data.sync, phase: "running", nodesRead: Math.round(each * 0.62) };
    this.groups = [
      {
        id: 1,
        draft: { name: "Payments on-call", profile: "acme-prod", region: null, description: "" },
        collapsed: false,
      },
      { id: 2, draft: { name: "Checkout staging", profile: null, region: null, description: "" }, collapsed: true },
    ];
    const prodNodes = (prod === undefined ? [] : this.nodes.get(prod.id)) ?? [];
    const stageNodes = (stage === undefined ? [] : this.nodes.get(stage.id)) ?? [];
    const saved = (node: NodeView | undefined, name: string, group: number | null): ConnectionDraftView => ({
      name,
      group,
      target: node?.id ?? "i-0123456789abcdef0",
      profile: null,
      region: null,
      document: null,
      description: "",
      tags: ["on-call"],
    });
    this.connections = [
      { id: 11, ...saved(prodNodes[1], "ledger-db-1", 1) },
      { id: 12, ...saved(prodNodes[2], "ledger-db-2", 1) },
      { id: 13, ...saved(prodNodes[3], "payments-api-1", 1) },
      { id: 14, ...saved(stageNodes[1], "checkout-api", 2), profile: "acme-stage" },
      { id: 15, ...saved(undefined, "bastion by hand", null), profile: "acme-shared", region: "ap-southeast-2" },
    ];
  }

  #profiles() {
    const { profiles } = this.options;
    if (profiles === "none") return { profiles: [], error: null };
    if (profiles === "error") {
      return {
        profiles: [],
        error: {
          code: "config-unreadable",
          message: "~/.aws/config cannot be read: line 12 has no section.",
          nextStep: "Correct the line, then read the files again.",
          detail: null,
        },
      };
    }
    return { profiles: MOCK_PROFILES, error: null };
  }

  #keepSettings(settings: SettingsView) {
    const before = this.settings;
    this.settings = settings;
    this.tell({ kind: "settings-changed", settings });
    const anew = before.syncEnabled !== settings.syncEnabled || before.onlyRunning !== settings.onlyRunning;
    if (anew && settings.syncEnabled) this.#sync(this.pairs.filter((pair) => pair.enabled));
    this.#tellConnections();
    return settings;
  }

  #addPair(draft: PairDraft): PairView {
    checkPair(draft);
    if (this.pairs.some((other) => other.profile === draft.profile && other.region === draft.region)) {
      throw {
        code: "pair-exists",
        message: "This pair is there already.",
        nextStep: "Choose another Region.",
        detail: null,
      };
    }
    this.#last += 1;
    const added = this.#withDraft(newPair(this.#last, draft.profile, draft.region, "shared"), draft);
    this.pairs = [...this.pairs, added];
    this.#tellPairs();
    if (this.settings.syncEnabled) this.#sync([added]);
    return added;
  }

  #updatePair(id: number, draft: PairDraft): PairView {
    checkPair(draft);
    this.pairs = this.pairs.map((pair) => (pair.id === id ? this.#withDraft(pair, draft) : pair));
    this.#tellPairs();
    return this.pairs.find((pair) => pair.id === id) as PairView;
  }

  #withDraft(pair: PairView, draft: PairDraft): PairView {
    const known = MOCK_PROFILES.find((profile) => profile.name === draft.profile);
    return {
      ...pair,
      ...draft,
      environment: known?.environment ?? "shared",
      problem: known === undefined ? missing(draft.profile) : null,
    };
  }

  #removePair(id: number) {
    this.pairs = this.pairs.filter((pair) => pair.id !== id);
    this.tell({ kind: "fleet-changed", upserts: [], removals: (this.nodes.get(id) ?? []).map((node) => node.key) });
    this.nodes.delete(id);
    this.#tellPairs();
    return null;
  }

  #syncWhileOn(pairs: PairView[]) {
    if (this.settings.syncEnabled) return this.#sync(pairs);
    throw { code: "sync-off", message: "Sync is off.", nextStep: "Turn it on in the settings.", detail: null };
  }

  #sync(pairs: PairView[]) {
    for (const pair of pairs) this.#setSync(pair.id, { phase: "running", nodesRead: 0 });
    const finish = () => {
      for (const pair of pairs) this.#finishSync(pair.id);
    };
    if (this.options.pace > 0) setTimeout(finish, 900);
    else finish();
    return null;
  }

  #finishSync(id: number) {
    const pair = this.pairs.find((other) => other.id === id);
    if (pair === undefined || pair.sync.phase !== "running") return;
    if (pair.problem !== null)
      return this.#setSync(id, { phase: "failed", failedAtMs: Date.now(), error: pair.problem });
    if (pair.id === 4) return this.#setSync(id, { phase: "failed", failedAtMs: Date.now(), error: DENIED });
    if (!this.nodes.has(id)) {
      const nodes = mockNodes(pair, 30, Date.now());
      this.nodes.set(id, nodes);
      this.tell({ kind: "fleet-changed", upserts: nodes, removals: [] });
    }
    this.#setSync(id, { phase: "done", dataAtMs: Date.now(), failedAtMs: null, error: null });
  }

  #setSync(id: number, change: Partial<PairView["sync"]>) {
    this.pairs = this.pairs.map((pair) => (pair.id === id ? { ...pair, sync: { ...pair.sync, ...change } } : pair));
    this.#tellPairs();
  }

  #cancel() {
    for (const pair of this.pairs) if (pair.sync.phase === "running") this.#setSync(pair.id, { phase: "cancelled" });
    return null;
  }

  #saveGroup(id: number | null, draft: GroupView["draft"]): GroupView {
    if (draft.name.trim() === "")
      throw { code: "bad-name", message: "Give it a name.", nextStep: "Type a name, then save again.", detail: null };
    if (this.groups.some((group) => group.id !== id && group.draft.name.toLowerCase() === draft.name.toLowerCase())) {
      throw {
        code: "bad-name",
        message: `There is already a group named ${draft.name}.`,
        nextStep: "Choose another name.",
        detail: null,
      };
    }
    this.#last += 1;
    const group = { id: id ?? this.#last, draft, collapsed: false };
    this.groups = id === null ? [...this.groups, group] : this.groups.map((other) => (other.id === id ? group : other));
    this.#tellConnections();
    return group;
  }

  #deleteGroup(id: number) {
    this.groups = this.groups.filter((group) => group.id !== id);
    this.connections = this.connections.map((connection) =>
      connection.group === id ? { ...connection, group: null } : connection,
    );
    this.#tellConnections();
    return null;
  }

  #saveConnection(id: number | null, draft: ConnectionDraftView): ConnectionView {
    checkTarget(draft.target);
    if (draft.name.trim() === "")
      throw { code: "bad-name", message: "Give it a name.", nextStep: "Type a name, then save again.", detail: null };
    this.#last += 1;
    const saved = { id: id ?? this.#last, ...draft };
    const others = this.connections.filter((connection) => connection.id !== id);
    this.connections = [...others, saved].sort((a, b) => a.name.localeCompare(b.name));
    this.#tellConnections();
    return this.#connectionViews().find((connection) => connection.id === saved.id) as ConnectionView;
  }

  #connectionViews(): ConnectionView[] {
    return this.connections.map(({ id, ...draft }) => {
      const group = this.groups.find((other) => other.id === draft.group)?.draft;
      const { defaultProfile, defaultRegion } = this.settings;
      return {
        id,
        draft,
        effectiveProfile: inherited(draft.profile, group?.profile ?? null, defaultProfile),
        effectiveRegion: inherited(draft.region, group?.region ?? null, defaultRegion),
      };
    });
  }

  #connect(request: ConnectRequest, size: Tab["size"]): TabView {
    this.#last += 1;
    const view = { ...this.#destination(request), id: this.#last };
    this.tabs.set(view.id, { view, request, shell: null, ring: [], output: null, size, held: [] });
    this.tell({ kind: "tab-changed", tab: view });
    this.#start(view.id);
    return view;
  }

  #destination(request: ConnectRequest): Omit<TabView, "id"> {
    const state = { kind: "connecting", step: "Reading the AWS configuration" } as const;
    const environmentOf = (profile: string | null) =>
      MOCK_PROFILES.find((known) => known.name === profile)?.environment ?? "shared";
    const made = (
      title: string,
      target: string,
      profile: string | null,
      region: string | null,
      nodeKey: string | null,
    ) => ({
      title,
      target,
      profile,
      region,
      environment: environmentOf(profile),
      nodeKey,
      sessionId: null,
      state,
    });
    if (request.kind === "typed") {
      checkTarget(request.target);
      return made(request.target, request.target, request.profile, request.region ?? "eu-central-1", null);
    }
    if (request.kind === "saved") {
      const saved = this.#connectionViews().find((connection) => connection.id === request.id) as ConnectionView;
      return made(
        saved.draft.name,
        saved.draft.target,
        saved.effectiveProfile?.value ?? null,
        saved.effectiveRegion?.value ?? null,
        null,
      );
    }
    const node = [...this.nodes.values()].flat().find((other) => other.key === request.key) as NodeView;
    const pair = this.pairs.find((other) => other.id === node.pair) as PairView;
    return made(node.name === "" ? node.id : node.name, node.id, pair.profile, pair.region, node.key);
  }

  #start(id: number) {
    const steps = ["Asking AWS for a session", "Opening the data channel", "Waiting for the agent"];
    const step = (index: number) => {
      const tab = this.tabs.get(id);
      if (tab === undefined) return;
      const next = steps[index];
      if (next === undefined) return this.#ready(tab);
      this.setTab(id, { kind: "connecting", step: next });
      this.#later(220, () => step(index + 1));
    };
    this.#later(60, () => step(0));
  }

  #ready(tab: Tab) {
    const { id } = tab.view;
    if (tab.view.target.endsWith("dead")) {
      return this.setTab(id, {
        kind: "failed",
        atMs: Date.now(),
        error: {
          code: "target-not-connected",
          message: `${tab.view.title} is not connected to Systems Manager.`,
          nextStep: "Check that it runs and that its agent may reach AWS.",
          detail: "TargetNotConnected: i-0123456789abcdead is not connected.",
        },
      });
    }
    tab.view = { ...tab.view, sessionId: "mika-0a1b2c3d4e5f67890" };
    const name = tab.view.title.replace(/[^\w.-]/g, "").slice(0, 24);
    tab.shell = new MockShell(
      name,
      (text) => this.#print(tab, text),
      () => this.setTab(id, { kind: "ended", atMs: Date.now(), reason: "The shell exited." }),
      tab.size,
    );
    this.setTab(id, { kind: "connected", sinceMs: Date.now() });
    tab.shell.start();
  }

  #print(tab: Tab, text: string) {
    const bytes = new TextEncoder().encode(text);
    tab.ring.push(bytes);
    tab.output?.(bytes);
  }

  #reconnect(id: number, size: Tab["size"]): TabView {
    const tab = this.#tab(id);
    tab.size = size;
    this.setTab(id, { kind: "connecting", step: "Reading the AWS configuration" });
    this.#start(id);
    return tab.view;
  }

  #drop(id: number) {
    const since = Date.now();
    const attempt = (attempts: number) => {
      const tab = this.tabs.get(id);
      if (tab === undefined || (attempts > 1 && tab.view.state.kind !== "resuming")) return;
      if (attempts > 4) return void this.#resumed(id);
      const heldBytes = tab.held.reduce((sum, bytes) => sum + bytes.length, 0);
      this.setTab(id, { kind: "resuming", sinceMs: since, attempts, heldBytes, lastError: null });
      this.#later(1200, () => attempt(attempts + 1));
    };
    attempt(1);
    return null;
  }

  #resumed(id: number) {
    const tab = this.#tab(id);
    this.setTab(id, { kind: "connected", sinceMs: Date.now() });
    for (const bytes of tab.held.splice(0)) tab.shell?.type(bytes);
    return null;
  }

  #later(ms: number, run: () => void) {
    if (this.options.pace === 0) queueMicrotask(run);
    else setTimeout(run, ms);
  }

  #tab(id: number): Tab {
    const tab = this.tabs.get(id);
    if (tab === undefined)
      throw {
        code: "unknown-tab",
        message: "This tab no longer exists.",
        nextStep: "Choose another one.",
        detail: null,
      };
    return tab;
  }

  #tellPairs() {
    this.tell({ kind: "pairs-changed", pairs: this.pairs });
  }

  #tellConnections() {
    this.tell({ kind: "connections-changed", groups: this.groups, connections: this.#connectionViews() });
  }
}

type ConnectionDraftWithId = ConnectionDraftView & { id: number };

function inherited(own: string | null, group: string | null, fallback: string | null): InheritedView | null {
  if (own !== null) return { value: own, origin: "connection" };
  if (group !== null) return { value: group, origin: "group" };
  return fallback === null ? null : { value: fallback, origin: "default" };
}

function checkTarget(target: string) {
  if (/^(m?i-[0-9a-f]{8,17}|ecs:\w+_\w+_[\w-]+)$/.test(target.trim())) return;
  throw {
    code: "bad-target",
    message: "A target looks like i-0123456789abcdef0, mi-0123456789abcdef0 or ecs:cluster_task_container.",
    nextStep: "Correct it, then try again.",
    detail: null,
  };
}

function checkPair(draft: PairDraft) {
  if (/^[a-z]+(-[a-z]+)+-\d+$/.test(draft.region)) return;
  throw {
    code: "bad-region",
    message: "A Region looks like eu-central-1: lower-case words and a number, joined by hyphens.",
    nextStep: "Correct it, then try again.",
    detail: null,
  };
}

function missing(profile: string): ErrorView {
  return {
    code: "unknown-profile",
    message: `There is no AWS profile ${profile}.`,
    nextStep: "Choose one of: acme-prod, acme-stage, acme-dev.",
    detail: null,
  };
}

function optionsOfPage(): MockOptions {
  const query = new URLSearchParams(location.search);
  const profiles = query.get("profiles");
  const mode = query.get("mode");
  const testing = import.meta.env.MODE === "test";
  return {
    mode: mode === "aws" || mode === "demo" ? mode : "first-run",
    nodes: Number(query.get("nodes") ?? 240),
    pairs: Number(query.get("pairs") ?? 8),
    profiles: profiles === "none" || profiles === "error" ? profiles : "found",
    pace: testing ? 0 : 60,
  };
}

export const mock = new MockProgram(optionsOfPage());
export const backend: Backend = mock;

if (import.meta.env.MODE === "mock") Object.assign(window, { mock });
