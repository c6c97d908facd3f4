/** Groups and saved connections, with what the connections inherit. */
import type {
  ConnectionDraftView,
  ConnectionView,
  EffectiveEncryptionView,
  GroupView,
  InheritedView,
  NodeView,
  SettingsView,
} from "../contract";
import { MOCK_KEY } from "./documents";
import { type MockHost, refusal } from "./host";

type Saved = ConnectionDraftView & { id: number };

export class MockSaved {
  groups: GroupView[] = [];
  connections: Saved[] = [];
  #last = 200;

  constructor(
    readonly host: MockHost,
    readonly settings: () => SettingsView,
  ) {}

  clear() {
    this.groups = [];
    this.connections = [];
  }

  /** The saved connections of the demo, over nodes of a production and a staging pair. */
  fill(prod: readonly NodeView[], stage: readonly NodeView[]) {
    this.groups = [
      group(1, "Payments on-call", { profile: "acme-prod", encryption: { kind: "require", key: null } }),
      { ...group(2, "Checkout staging", {}), collapsed: true },
    ];
    this.connections = [
      { id: 11, ...saved(prod[1], "ledger-db-1", 1) },
      { id: 12, ...saved(prod[2], "ledger-db-2", 1), encryption: { kind: "require", key: MOCK_KEY } },
      { id: 13, ...saved(prod[3], "payments-api-1", 1), encryption: { kind: "off" } },
      { id: 14, ...saved(stage[1], "checkout-api", 2), profile: "acme-stage" },
      { id: 15, ...saved(undefined, "bastion by hand", null), profile: "acme-shared", region: "ap-southeast-2" },
    ];
  }

  views(): ConnectionView[] {
    return this.connections.map(({ id, ...draft }) => {
      const above = this.groups.find((other) => other.id === draft.group)?.draft;
      const { defaultProfile, defaultRegion } = this.settings();
      return {
        id,
        draft,
        effectiveProfile: inherited(draft.profile, above?.profile ?? null, defaultProfile),
        effectiveRegion: inherited(draft.region, above?.region ?? null, defaultRegion),
        effectiveEncryption: encryptionOf(draft, above),
      };
    });
  }

  saveGroup(id: number | null, draft: GroupView["draft"]): GroupView {
    checkName(draft.name);
    const same = (other: GroupView) => other.id !== id && other.draft.name.toLowerCase() === draft.name.toLowerCase();
    if (this.groups.some(same))
      throw refusal("bad-name", `There is already a group named ${draft.name}.`, "Choose another name.");
    this.#last += 1;
    const kept = { id: id ?? this.#last, draft, collapsed: false };
    this.groups = id === null ? [...this.groups, kept] : this.groups.map((other) => (other.id === id ? kept : other));
    this.emitAll();
    return kept;
  }

  deleteGroup(id: number) {
    this.groups = this.groups.filter((other) => other.id !== id);
    this.connections = this.connections.map((saved) => (saved.group === id ? { ...saved, group: null } : saved));
    this.emitAll();
    return null;
  }

  collapse(id: number, collapsed: boolean) {
    this.groups = this.groups.map((other) => (other.id === id ? { ...other, collapsed } : other));
    return null;
  }

  saveConnection(id: number | null, draft: ConnectionDraftView): ConnectionView {
    checkTarget(draft.target);
    checkName(draft.name);
    this.#last += 1;
    const kept = { id: id ?? this.#last, ...draft };
    const others = this.connections.filter((connection) => connection.id !== id);
    this.connections = [...others, kept].sort((a, b) => a.name.localeCompare(b.name));
    this.emitAll();
    return this.views().find((connection) => connection.id === kept.id) as ConnectionView;
  }

  deleteConnection(id: number) {
    this.connections = this.connections.filter((connection) => connection.id !== id);
    this.emitAll();
    return null;
  }

  emitAll() {
    this.host.emit({ kind: "connections-changed", groups: this.groups, connections: this.views() });
  }
}

export function checkTarget(target: string) {
  if (/^(m?i-[0-9a-f]{8,17}|ecs:\w+_\w+_[\w-]+)$/.test(target.trim())) return;
  throw refusal(
    "bad-target",
    "A target looks like i-0123456789abcdef0, mi-0123456789abcdef0 or ecs:cluster_task_container.",
  );
}

function checkName(name: string) {
  if (name.trim() === "") throw refusal("bad-name", "Give it a name.", "Type a name, then save again.");
}

function group(id: number, name: string, own: Partial<GroupView["draft"]>): GroupView {
  const draft = { name, profile: null, region: null, encryption: null, description: "", ...own };
  return { id, draft, collapsed: false };
}

function saved(node: NodeView | undefined, name: string, into: number | null): ConnectionDraftView {
  return {
    name,
    group: into,
    target: node?.id ?? "i-0123456789abcdef0",
    profile: null,
    region: null,
    document: null,
    parameters: [],
    encryption: null,
    description: "",
    tags: ["on-call"],
  };
}

function inherited(own: string | null, above: string | null, fallback: string | null): InheritedView | null {
  if (own !== null) return { value: own, origin: "connection" };
  if (above !== null) return { value: above, origin: "group" };
  return fallback === null ? null : { value: fallback, origin: "default" };
}

function encryptionOf(draft: ConnectionDraftView, above: GroupView["draft"] | undefined): EffectiveEncryptionView {
  if (draft.encryption !== null) return { policy: draft.encryption, origin: "connection" };
  const fromGroup = above?.encryption ?? null;
  if (fromGroup !== null) return { policy: fromGroup, origin: "group" };
  return { policy: { kind: "prefer" }, origin: null };
}
