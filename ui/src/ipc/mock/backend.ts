/** The program as a stand-in that lives in the page: for development, pictures and tests. Never part of the product. */
import type { Backend, OnOutput } from "../backend";
import type {
  AnswerOf,
  AppEvent,
  BootstrapView,
  Commands,
  ErrorView,
  Mode,
  ProxyPasswordDraft,
  SecretStateView,
  SettingsView,
  TabView,
} from "../contract";
import { MockBulkRuns } from "./bulk-runs";
import { contentsOf, MOCK_CLUSTERS } from "./containers";
import { describeDocument, listDocuments } from "./documents";
import { MockFinding } from "./finding";
import { MockFleet } from "./fleet";
import { keysOfPage, pageOf } from "./fleet-page";
import { MockForwards } from "./forwards";
import { type MockHost, type MockOptions, refusal } from "./host";
import { MockImports } from "./imports";
import { MockOwnProfiles } from "./own-profiles";
import { MockPower } from "./power";
import { MOCK_REMOTE_HOSTS } from "./remote-hosts";
import { MockSaved } from "./saved";
import { MockSessions } from "./sessions";
import { MockSignIns } from "./sign-ins";
import { MOCK_PROFILES } from "./world";

const SETTINGS: SettingsView = {
  syncEnabled: true,
  onlyRunning: false,
  syncEveryMinutes: 15,
  defaultProfile: null,
  defaultRegion: "eu-central-1",
  theme: "system",
  terminalFontSize: 13,
  scrollbackLines: 10_000,
  askBeforeTerminatingIdle: true,
  proxy: { mode: "environment", host: "", port: 0, encrypted: false, user: "", exceptions: "" },
  caBundle: null,
};

/** What each command answers; what it throws is its failure. */
type Answers = { [Name in keyof Commands]: (...args: Parameters<Commands[Name]>) => AnswerOf<Name> };

type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: ErrorView };

export class MockProgram implements Backend, MockHost {
  readonly listeners = new Set<(event: AppEvent) => void>();
  /** Every call with its arguments, for tests. */
  readonly calls: { name: string; args: unknown[] }[] = [];
  /** Failures to give instead of the next answer, by command. */
  readonly failNext = new Map<string, ErrorView>();
  mode: Mode;
  settings = { ...SETTINGS };
  readonly fleet = new MockFleet(this, () => this.settings.syncEnabled);
  readonly saved = new MockSaved(this, () => this.settings);
  readonly finding = new MockFinding(this.fleet, {
    groups: () => this.saved.groups,
    connections: () => this.saved.views(),
  });
  readonly bulkRuns = new MockBulkRuns(this, () => this.fleet.all());
  readonly forwards = new MockForwards(this);
  readonly imports = new MockImports(this);
  readonly own = new MockOwnProfiles(this);
  readonly sessions = new MockSessions(this, {
    nodes: () => this.fleet.all(),
    pairs: () => this.fleet.pairs,
    connections: () => this.saved.views(),
    lapsed: (profile, sessions, error) => this.signIns.lapse(profile, sessions, error),
    askMfa: (profile) => this.signIns.askMfa(profile),
  });
  readonly power = new MockPower(this, this.fleet);
  proxyPassword: SecretStateView = "absent";
  readonly signIns: MockSignIns;

  constructor(readonly options: MockOptions) {
    this.signIns = new MockSignIns(this, {
      pairs: () => this.fleet.pairs,
      resume: (profiles) => this.sessions.signedIn(profiles),
      sync: (pairs) => this.fleet.sync(pairs),
      addPairs: (drafts) => this.fleet.addPairs(drafts),
    });
    this.mode = options.mode;
    if (this.mode !== "first-run") this.#fill();
  }

  readonly #answers: Answers = {
    bootstrap: () => this.#view(),
    chooseMode: (mode) => this.#choose(mode),
    noticesSeen: () => null,
    readProfiles: () => this.#profiles(),
    ownProfiles: () => this.own.view(),
    saveAccessKey: (id, draft) => this.own.save(id, draft),
    removeOwnProfile: (id) => this.own.remove(id),
    unlockKeyring: () => this.own.unlock(),
    stopUnlocking: () => null,
    saveSettings: (settings) => this.#keepSettings(settings),
    saveProxyPassword: (draft) => this.#keepProxyPassword(draft),
    proxyPassword: () => this.proxyPassword,
    addPair: (draft) => this.fleet.addPair(draft),
    addPairs: (drafts) => this.fleet.addPairs(drafts),
    countNodes: (profile, region) => this.fleet.count(profile, region),
    updatePair: (id, draft) => this.fleet.updatePair(id, draft),
    removePair: (id) => this.fleet.removePair(id),
    fleetFind: (request) => this.finding.find(request),
    fleetNodes: (ask, pair, from, count) => this.finding.nodes(ask, pair, from, count),
    fleetNodesByKey: (keys) => this.finding.byKey(keys),
    fleetTargets: (targets) => this.finding.targets(targets),
    fleetPlace: (ask, key) => this.finding.place(ask, key),
    fleetTyped: (request) => this.finding.typed(request),
    fleetComplete: (text, cursor) => this.finding.complete(text, cursor),
    fleetBest: (request) => this.finding.best(request),
    syncAll: () => this.fleet.syncWhileOn(this.#enabled()),
    syncPair: (id) => this.fleet.syncWhileOn(this.fleet.pairs.filter((pair) => pair.id === id)),
    cancelSync: () => this.fleet.cancel(),
    saveGroup: (id, draft) => this.saved.saveGroup(id, draft),
    setGroupCollapsed: (id, collapsed) => this.saved.collapse(id, collapsed),
    saveConnection: (id, draft) => this.saved.saveConnection(id, draft),
    chooseFile: (_title, save) => save ?? "/home/me/Default.xml",
    reviewImport: (request) => this.imports.review(request),
    applyImport: (id) => this.imports.apply(id),
    forgetImport: () => null,
    exportConnections: () => null,
    teamFiles: () => this.imports.files(),
    addTeamFile: (path) => this.imports.add(path),
    removeTeamFile: (id) => this.imports.remove(id),
    setTeamFileCollapsed: (id, collapsed) => this.imports.fold(id, collapsed),
    deleteSaved: (items) => this.saved.delete(items),
    moveSaved: (items, to) => this.saved.move(items, to),
    copySaved: (items, into) => this.saved.copy(items, into),
    sortSaved: () => this.saved.sort(),
    editConnections: (ids, edit) => this.saved.edit(ids, edit),
    undoSaved: (change) => this.saved.undo(change),
    savedNodes: () => ({ choose: true, nodes: this.fleet.all().slice(0, 3) }),
    saveSmartGroup: (id, draft) => this.saved.saveSmartGroup(id, draft),
    deleteSmartGroup: (id) => this.saved.deleteSmartGroup(id),
    setSmartGroupCollapsed: (id, collapsed) => this.saved.foldSmartGroup(id, collapsed),
    saveForward: (id, draft) => this.forwards.save(id, draft),
    addForwards: (drafts) => this.forwards.add(drafts),
    deleteForward: (id) => this.forwards.delete(id),
    switchForwards: (ids, on) => this.forwards.switch(ids, on),
    checkLocalPort: (_id, _address, port) => this.forwards.check(port),
    fleetPage: (ask, from, count) => pageOf(this.#table(), ask, from, count),
    exportNodes: ({ keys, path }) => ({ text: path === null ? keys.join("\n") : null, path }),
    exportFolder: () => "/home/ada/Downloads",
    startBulkRun: (draft) => this.bulkRuns.start(draft),
    lastBulkRun: () => this.bulkRuns.last,
    bulkRunOutput: (_id, key) => this.bulkRuns.output(key),
    stopBulkRun: () => this.bulkRuns.stop(),
    fleetPageKeys: (ask, from, count) => keysOfPage(this.#table(), ask, from, count),
    ecsClusters: () => MOCK_CLUSTERS,
    ecsContents: (_pair, cluster) => contentsOf(cluster),
    remoteHosts: () => MOCK_REMOTE_HOSTS,
    openRemoteDesktop: () => null,
    powerNodes: (order, keys) => this.power.order(order, keys),
    copyAdministratorPassword: () => ({ clearsInSeconds: 30 }),
    connect: (request, cols, rows) => this.sessions.connect(request, { cols, rows }),
    reconnectTab: (id, cols, rows) => this.sessions.reconnect(id, { cols, rows }),
    duplicateTab: (id, cols, rows) => this.sessions.duplicate(id, { cols, rows }),
    sessionDocuments: (profile, region) => listDocuments(profile, region),
    sessionDocument: (_profile, _region, name) => describeDocument(name),
    answerLogin: (id) => this.signIns.answer(id),
    readSignIns: () => this.signIns.view(),
    startSignIn: (key) => this.signIns.start(key),
    cancelSignIn: (key) => this.signIns.cancel(key),
    startConsoleSignIn: (profile) => this.signIns.startConsole(profile),
    cancelConsoleSignIn: (profile) => this.signIns.cancelConsole(profile),
    signOut: (key) => this.signIns.signOut(key),
    centerAccounts: (key) => this.signIns.accounts(key),
    centerRoles: (key, account) => this.signIns.roles(key, account),
    addCenter: (draft) => this.signIns.addCenter(draft),
    addCenterRoles: (key, roles, regions) => this.signIns.addRoles(key, roles, regions),
    answerMfa: (id, code) => this.signIns.answerMfa(id, code),
    closeTab: (id) => this.sessions.close(id),
    terminalResize: (id, cols, rows) => this.sessions.resize(id, cols, rows),
    pageHidden: () => null,
    terminalCredit: () => null,
    retryResume: (id) => this.sessions.resumed(id),
    networkBack: () => this.sessions.networkBack(),
    demoDropNetwork: (id) => this.sessions.drop(id),
    simulatorEndpoint: () => (this.mode === "demo" ? "http://127.0.0.1:43117" : null),
    openLink: (url) => this.signIns.opened(url),
    clipboardText: () => null,
    closeRequestSeen: () => null,
    closeWindow: () => null,
  };

  #keepProxyPassword({ password, thisRun }: ProxyPasswordDraft) {
    this.proxyPassword = password === "" ? "absent" : thisRun ? "this-run" : "stored";
    return null;
  }

  readonly commands = this.#served();

  async listen(listener: (event: AppEvent) => void) {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async attachTerminal(id: number, onOutput: OnOutput) {
    return this.sessions.attach(id, onOutput);
  }

  async sendTerminalInput(id: number, bytes: Uint8Array) {
    this.calls.push({ name: "terminalInput", args: [id, bytes] });
    this.sessions.type(id, bytes);
  }

  window: Backend["window"] = {
    minimize: async () => void this.calls.push({ name: "minimize", args: [] }),
    toggleMaximize: async () => void this.calls.push({ name: "toggleMaximize", args: [] }),
    close: async () => {
      this.calls.push({ name: "close", args: [] });
      this.emit({ kind: "close-requested" });
    },
  };

  get tabs() {
    return this.sessions.tabs;
  }

  emit(event: AppEvent) {
    for (const listener of this.listeners) listener(event);
  }

  later(ms: number, run: () => void) {
    if (this.options.pace === 0) queueMicrotask(run);
    else setTimeout(run, ms);
  }

  /** Puts a tab into a state, as the program would. */
  setTab(id: number, state: TabView["state"], change: Partial<TabView> = {}) {
    this.sessions.setTab(id, state, change);
  }

  /** Each command under its own name: noted, paced, and failing when a test says so. */
  #served(): Commands {
    const served = Object.entries(this.#answers).map(([name, answer]) => {
      const answerTo = answer as (...args: unknown[]) => unknown;
      return [name, (...args: unknown[]) => this.#answer(name, args, () => answerTo(...args))];
    });
    return Object.fromEntries(served) as Commands;
  }

  async #answer<T>(name: string, args: unknown[], answer: () => T): Promise<Answer<T>> {
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
      drawing: "card",
      mode: this.mode,
      awsConfigPath: "~/.aws/config",
      profiles: this.#profiles(),
      signIns: this.signIns.view(),
      codes: this.signIns.codes,
      consoles: this.signIns.consoles,
      logins: this.signIns.logins,
      mfa: this.signIns.questions,
      settings: this.settings,
      pairs: this.fleet.pairs,
      groups: this.saved.groups,
      connections: this.saved.views(),
      smartGroups: this.saved.kept.smartGroups,
      used: [],
      forwards: this.forwards.forwards,
      fleet: this.fleet.size(),
      tabs: this.sessions.views(),
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
    this.sessions.tabs.clear();
    this.fleet.clear();
    this.saved.clear();
    this.forwards.clear();
    if (mode === "demo") this.#fill();
    if (mode === "aws") {
      this.settings = { ...this.settings, syncEnabled: false };
      this.fleet.addDefaults();
    }
    return this.#view();
  }

  #fill() {
    this.fleet.fill();
    const [stage, prod] = this.fleet.pairs.map((pair) => this.fleet.nodes.get(pair.id) ?? []);
    this.saved.fill(prod ?? [], stage ?? []);
    const [first, second] = this.fleet.pairs;
    if (first === undefined || second === undefined || !this.options.forwards) return;
    this.forwards.fill(second, prod ?? [], first, stage ?? []);
    this.forwards.flow();
  }

  #table() {
    return { nodes: this.fleet.all(), pairs: this.fleet.pairs };
  }

  #enabled() {
    return this.fleet.pairs.filter((pair) => pair.enabled);
  }

  #profiles() {
    const { profiles } = this.options;
    const own = this.signIns.profiles;
    if (profiles === "none") return { profiles: own, error: null };
    if (profiles === "found") return { profiles: [...MOCK_PROFILES, ...own], error: null };
    const error = refusal(
      "config-unreadable",
      "~/.aws/config cannot be read: line 12 has no section.",
      "Correct the line, then read the files again.",
    );
    return { profiles: [], error };
  }

  #keepSettings(settings: SettingsView) {
    const before = this.settings;
    this.settings = settings;
    this.emit({ kind: "settings-changed", settings });
    const anew = before.syncEnabled !== settings.syncEnabled || before.onlyRunning !== settings.onlyRunning;
    if (anew && settings.syncEnabled) this.fleet.sync(this.#enabled());
    this.saved.emitAll();
    return settings;
  }
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
    accounts: Number(query.get("accounts") ?? 12),
    forwards: query.get("forwards") !== "none" && !testing,
    pace: testing ? 0 : Number(query.get("pace") ?? 60),
  };
}

export const mock = new MockProgram(optionsOfPage());
export const backend: Backend = mock;

if (import.meta.env.MODE === "mock") Object.assign(window, { mock });
