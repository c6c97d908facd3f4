/** Tabs and their sessions: connecting, running, losing the link, waiting for a sign-in, ending. */
import type { OnOutput } from "../backend";
import type {
  ConnectionView,
  ConnectRequest,
  EncryptionPolicyView,
  ErrorView,
  NodeView,
  PairView,
  ParameterView,
  TabView,
} from "../contract";
import { commandOf, outcome } from "./documents";
import { failure, keyOf, kindOf, lapsed, UNREACHABLE } from "./faults";
import { type MockHost, refusal } from "./host";
import { checkTarget } from "./saved";
import { MockShell } from "./shell";
import { MOCK_PROFILES } from "./world";

interface Tab {
  view: TabView;
  request: ConnectRequest;
  wanted: Wanted;
  shell: MockShell | null;
  ring: Uint8Array[];
  output: OnOutput | null;
  size: { cols: number; rows: number };
  held: Uint8Array[];
}

/** What a session should be, beside where it is. */
interface Wanted {
  document: string | null;
  parameters: readonly ParameterView[];
  encryption: EncryptionPolicyView;
}

interface Surroundings {
  nodes(): readonly NodeView[];
  pairs(): readonly PairView[];
  connections(): readonly ConnectionView[];
  /** So many sessions wait for a sign-in of this profile. */
  lapsed(profile: string | null, sessions: number, error: ErrorView): void;
  askMfa(profile: string): void;
}

export class MockSessions {
  tabs = new Map<number, Tab>();
  #last = 300;

  constructor(
    readonly host: MockHost,
    readonly around: Surroundings,
  ) {}

  views(): TabView[] {
    return [...this.tabs.values()].map((tab) => tab.view);
  }

  attach(id: number, onOutput: OnOutput): () => void {
    const tab = this.tab(id);
    tab.output = onOutput;
    for (const bytes of tab.ring) onOutput(bytes, false);
    return () => {
      tab.output = null;
    };
  }

  type(id: number, bytes: Uint8Array) {
    const tab = this.tab(id);
    if (tab.view.state.kind !== "resuming") return tab.shell?.type(bytes);
    tab.held.push(bytes);
    const heldBytes = tab.held.reduce((sum, part) => sum + part.length, 0);
    this.setTab(id, { ...tab.view.state, heldBytes });
  }

  resize(id: number, cols: number, rows: number) {
    const tab = this.tab(id);
    tab.size = { cols, rows };
    if (tab.shell !== null) tab.shell.size = tab.size;
    return null;
  }

  /** Puts a tab into a state, as the program would. */
  setTab(id: number, state: TabView["state"], change: Partial<TabView> = {}) {
    const tab = this.tabs.get(id);
    if (tab === undefined) return;
    tab.view = { ...tab.view, ...change, state };
    this.host.emit({ kind: "tab-changed", tab: tab.view });
  }

  connect(request: ConnectRequest, size: Tab["size"]): TabView {
    this.#last += 1;
    const wanted = this.#wanted(request);
    const view: TabView = {
      ...this.#place(request),
      id: this.#last,
      sessionId: null,
      document: wanted.document,
      command: commandOf(wanted.parameters),
      encryptionKey: null,
      exitStatus: null,
      state: { kind: "connecting", step: "Reading the AWS configuration", waitsForLogin: false },
    };
    this.tabs.set(view.id, { view, request, wanted, shell: null, ring: [], output: null, size, held: [] });
    this.host.emit({ kind: "tab-changed", tab: view });
    this.#start(view.id);
    return view;
  }

  duplicate(id: number, size: Tab["size"]): TabView {
    return this.connect(this.tab(id).request, size);
  }

  reconnect(id: number, size: Tab["size"]): TabView {
    const tab = this.tab(id);
    tab.size = size;
    const anew = { exitStatus: null, encryptionKey: null, sessionId: null };
    this.setTab(id, { kind: "connecting", step: "Reading the AWS configuration", waitsForLogin: false }, anew);
    this.#start(id);
    return tab.view;
  }

  close(id: number) {
    this.tabs.delete(id);
    this.host.emit({ kind: "tab-closed", id });
    return null;
  }

  /** Cuts the link for some seconds; the fifth try gets through. */
  drop(id: number) {
    const sinceMs = Date.now();
    const attempt = (attempts: number) => {
      const tab = this.tabs.get(id);
      if (tab === undefined || (attempts > 1 && tab.view.state.kind !== "resuming")) return;
      if (attempts > 4) return void this.resumed(id);
      const wait = 1200 * attempts;
      const heldBytes = tab.held.reduce((sum, bytes) => sum + bytes.length, 0);
      this.setTab(id, {
        kind: "resuming",
        sinceMs,
        attempts,
        heldBytes,
        nextTryAtMs: Date.now() + wait,
        waitsForLogin: false,
        lastError: attempts < 2 ? null : UNREACHABLE,
      });
      this.host.later(wait, () => attempt(attempts + 1));
    };
    attempt(1);
    return null;
  }

  /** The sign-in of a profile ends: every session of it waits until somebody signs in again. */
  lapse(profile: string | null) {
    const error = lapsed(profile);
    const waiting = [...this.tabs.values()].filter((tab) => tab.view.profile === profile && isOpen(tab.view));
    for (const tab of waiting) {
      const { state } = tab.view;
      const sinceMs = state.kind === "resuming" ? state.sinceMs : Date.now();
      this.setTab(tab.view.id, {
        kind: "resuming",
        sinceMs,
        attempts: 1,
        heldBytes: 0,
        nextTryAtMs: null,
        waitsForLogin: true,
        lastError: error,
      });
    }
    this.around.lapsed(profile, waiting.length, error);
  }

  /** The sessions of these profiles go on. */
  signedIn(profiles: readonly (string | null)[]) {
    for (const { view } of this.tabs.values()) {
      const { state } = view;
      if (!profiles.includes(view.profile)) continue;
      if (state.kind === "resuming" && state.waitsForLogin) this.resumed(view.id);
      if (state.kind === "connecting" && state.waitsForLogin) this.#start(view.id);
    }
    return null;
  }

  networkBack() {
    for (const { id, state } of this.views()) if (state.kind === "resuming" && !state.waitsForLogin) this.resumed(id);
    return null;
  }

  resumed(id: number) {
    const tab = this.tab(id);
    this.setTab(id, { kind: "connected", sinceMs: Date.now() });
    for (const bytes of tab.held.splice(0)) tab.shell?.type(bytes);
    return null;
  }

  tab(id: number): Tab {
    const tab = this.tabs.get(id);
    if (tab === undefined) throw refusal("unknown-tab", "This tab no longer exists.", "Choose another one.");
    return tab;
  }

  #wanted(request: ConnectRequest): Wanted {
    const prefer: EncryptionPolicyView = { kind: "prefer" };
    if (request.kind === "typed") {
      const { document, parameters, encryption } = request;
      return { document, parameters, encryption: encryption ?? prefer };
    }
    const saved = request.kind === "saved" || request.kind === "saved-node" ? this.#saved(request.id) : undefined;
    const run = (request.kind === "started-node" ? null : request.run) ?? saved?.draft;
    return {
      document: run?.document ?? null,
      parameters: run?.parameters ?? [],
      encryption: saved?.effectiveEncryption.policy ?? prefer,
    };
  }

  #saved(id: number): ConnectionView | undefined {
    return this.around.connections().find((connection) => connection.id === id);
  }

  #place(request: ConnectRequest): Pick<TabView, Place> {
    if (request.kind === "typed") {
      checkTarget(request.target);
      const { target, profile } = request;
      return place(target, target, profile, request.region ?? "eu-central-1", null);
    }
    if (request.kind === "saved") {
      const { draft, effectiveProfile, effectiveRegion } = this.#saved(request.id) as ConnectionView;
      const [profile, region] = [effectiveProfile?.value ?? null, effectiveRegion?.value ?? null];
      return { ...place(draft.name, draft.target, profile, region, null), connection: request.id };
    }
    // The stand-in's team files hold nothing.
    if (request.kind === "team-file") throw refusal("unknown-connection", "This connection no longer exists.");
    const node = this.around.nodes().find((other) => other.key === request.key) as NodeView;
    const pair = this.around.pairs().find((other) => other.id === node.pair) as PairView;
    const at = place(node.name === "" ? node.id : node.name, node.id, pair.profile, pair.region, node.key);
    if (request.kind === "node" || request.kind === "started-node") return at;
    return { ...at, title: this.#saved(request.id)?.draft.name ?? at.title, connection: request.id };
  }

  #start(id: number) {
    const raised = this.tab(id).request.kind === "started-node" ? ["Starting the instance"] : [];
    const steps = [...raised, "Asking AWS for a session", "Opening the data channel", "Waiting for the agent"];
    const step = (index: number) => {
      const tab = this.tabs.get(id);
      if (tab === undefined) return;
      const next = steps[index];
      if (next === undefined) return this.#ready(tab);
      this.setTab(id, { kind: "connecting", step: next, waitsForLogin: false });
      this.host.later(220, () => step(index + 1));
    };
    this.host.later(60, () => step(0));
  }

  #ready(tab: Tab) {
    const { id } = tab.view;
    const key = keyOf(tab.view);
    const error = failure(tab.view, tab.wanted.encryption, key);
    if (error !== null) return this.setTab(id, { kind: "failed", atMs: Date.now(), error });
    const session = { sessionId: "mika-0a1b2c3d4e5f67890", encryptionKey: key };
    this.setTab(id, { kind: "connected", sinceMs: Date.now() }, session);
    if (tab.view.document === null || kindOf(tab.view.document) === "shell") this.#shell(tab);
    else this.#command(tab, tab.view.command ?? tab.view.document);
  }

  #shell(tab: Tab) {
    const { id, profile } = tab.view;
    const name = tab.view.title.replace(/[^\w.-]/g, "").slice(0, 24);
    tab.shell = new MockShell(name, (text) => this.#print(tab, text), tab.size, {
      exit: () => this.setTab(id, { kind: "ended", atMs: Date.now(), reason: "The shell exited." }),
      drop: () => this.drop(id),
      lapse: () => this.lapse(profile),
      mfa: () => this.around.askMfa(profile ?? "default"),
      pause: () => this.setTab(id, { kind: "paused", sinceMs: Date.now() }),
    });
    tab.shell.start();
  }

  #command(tab: Tab, command: string) {
    const { id } = tab.view;
    const { output, status } = outcome(command);
    const tells = tab.view.document !== null && kindOf(tab.view.document) === "non-interactive-separate";
    this.host.later(500, () => {
      this.#print(tab, output);
      if (tells) this.setTab(id, tab.view.state, { exitStatus: status });
      this.host.later(300, () => this.setTab(id, { kind: "ended", atMs: Date.now(), reason: "The command ended." }));
    });
  }

  #print(tab: Tab, text: string) {
    const bytes = new TextEncoder().encode(text);
    tab.ring.push(bytes);
    tab.output?.(bytes, true);
  }
}

type Place = "title" | "target" | "profile" | "region" | "environment" | "nodeKey" | "connection";

function place(
  title: string,
  target: string,
  profile: string | null,
  region: string | null,
  nodeKey: string | null,
): Pick<TabView, Place> {
  const environment = MOCK_PROFILES.find((known) => known.name === profile)?.environment ?? "shared";
  return { title, target, profile, region, environment, nodeKey, connection: null };
}

function isOpen({ state }: TabView): boolean {
  return state.kind === "connected" || state.kind === "resuming" || state.kind === "paused";
}
