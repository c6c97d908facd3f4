/** Groups, saved connections and smart groups, with what they inherit, and the way back of each change. */

import type {
  ConnectionDraftView,
  ConnectionEditView,
  ConnectionView,
  GroupDraftView,
  GroupView,
  NodeView,
  PlaceView,
  SavedChangeView,
  SavedItemView,
  SettingsView,
  SmartGroupDraftView,
  SmartGroupView,
} from "../contract";
import { emptyConnection, emptyGroup } from "../saved-drafts";
import { MOCK_KEY } from "./documents";
import { type MockHost, refusal } from "./host";
import { connectionView, groupView, type KeptGroup } from "./inheritance";

type KeptConnection = ConnectionDraftView & { id: number };
interface Kept {
  groups: KeptGroup[];
  connections: KeptConnection[];
  smartGroups: SmartGroupView[];
}

export class MockSaved {
  kept: Kept = { groups: [], connections: [], smartGroups: [] };
  #last = 200;
  #before: Kept[] = [];

  constructor(
    readonly host: MockHost,
    readonly settings: () => SettingsView,
  ) {}

  clear() {
    this.kept = { groups: [], connections: [], smartGroups: [] };
  }

  /** The saved connections of the demo, over nodes of a production and a staging pair. */
  fill(prod: readonly NodeView[], stage: readonly NodeView[]) {
    this.kept = {
      groups: [
        group(1, { name: "Payments on-call", profile: "acme-prod", encryption: { kind: "require", key: null } }),
        { ...group(2, { name: "Checkout staging" }), collapsed: true },
      ],
      connections: [
        { id: 11, ...saved(prod[1], "ledger-db-1", 1) },
        { id: 12, ...saved(prod[2], "ledger-db-2", 1), encryption: { kind: "require", key: MOCK_KEY } },
        { id: 13, ...saved(prod[3], "payments-api-1", 1), encryption: { kind: "off" } },
        { id: 14, ...saved(stage[1], "checkout-api", 2), profile: "acme-stage" },
        { id: 15, ...saved(undefined, "bastion by hand", null), profile: "acme-shared", region: "ap-southeast-2" },
      ],
      smartGroups: [],
    };
  }

  get groups(): GroupView[] {
    return this.kept.groups.map((group) => groupView(group, this.kept.groups, this.settings()));
  }

  views(): ConnectionView[] {
    const { groups, connections } = this.kept;
    return connections.map(({ id, ...draft }) => connectionView(id, draft, groups, this.settings()));
  }

  saveGroup(id: number | null, draft: GroupDraftView): GroupView {
    checkName(draft.name);
    const same = (other: KeptGroup) =>
      other.id !== id &&
      other.draft.parent === draft.parent &&
      other.draft.name.toLowerCase() === draft.name.toLowerCase();
    if (this.kept.groups.some(same))
      throw refusal("bad-name", `There is already a group named ${draft.name} here.`, "Choose another name.");
    const kept = { id: id ?? this.#next(), draft, collapsed: false };
    this.#keep({ groups: replaced(this.kept.groups, kept) });
    return this.groups.find((group) => group.id === kept.id) as GroupView;
  }

  collapse(id: number, collapsed: boolean) {
    this.kept.groups = this.kept.groups.map((other) => (other.id === id ? { ...other, collapsed } : other));
    return null;
  }

  saveConnection(id: number | null, draft: ConnectionDraftView): ConnectionView {
    if (draft.query === null) checkTarget(draft.target);
    checkName(draft.name);
    const kept = { id: id ?? this.#next(), ...draft };
    this.#keep({ connections: byName(replaced(this.kept.connections, kept)) });
    return this.views().find((connection) => connection.id === kept.id) as ConnectionView;
  }

  delete(items: readonly SavedItemView[]): SavedChangeView {
    return this.#change(() => {
      const gone = this.#within(items);
      this.kept = {
        ...this.kept,
        groups: this.kept.groups.filter(({ id }) => !gone.has(id)),
        connections: this.kept.connections.filter(
          ({ id, group }) => !(group !== null && gone.has(group)) && !has(items, { kind: "connection", id }),
        ),
      };
    });
  }

  move(items: readonly SavedItemView[], { into, before }: PlaceView): SavedChangeView {
    if (into !== null && this.#within(items).has(into))
      throw refusal("inside-itself", "A group cannot be moved into itself.", "Choose another group.");
    return this.#change(() => {
      const isMoved = (kind: SavedItemView["kind"]) => (one: { id: number }) => has(items, { kind, id: one.id });
      const groups = this.kept.groups.map((group) =>
        isMoved("group")(group) ? { ...group, draft: { ...group.draft, parent: into } } : group,
      );
      const connections = this.kept.connections.map((saved) =>
        isMoved("connection")(saved) ? { ...saved, group: into } : saved,
      );
      const at = (kind: SavedItemView["kind"]) => (before?.kind === kind ? before.id : null);
      this.kept = {
        ...this.kept,
        groups: inFront(groups, isMoved("group"), at("group")),
        connections: inFront(connections, isMoved("connection"), at("connection")),
      };
    });
  }

  copy(items: readonly SavedItemView[], into: number | null): SavedChangeView {
    const added: SavedItemView[] = [];
    const answer = this.#change(() => {
      for (const { kind, id } of items) {
        const found = kind === "connection" && this.kept.connections.find((saved) => saved.id === id);
        if (!found) continue;
        const name = found.group === into ? `${found.name} copy` : found.name;
        const copy = { ...found, id: this.#next(), name, group: into };
        this.kept = { ...this.kept, connections: [...this.kept.connections, copy] };
        added.push({ kind: "connection", id: copy.id });
      }
    });
    return { ...answer, added };
  }

  sort(): SavedChangeView {
    return this.#change(() => {
      this.kept = { ...this.kept, connections: byName(this.kept.connections) };
    });
  }

  edit(ids: readonly number[], edit: ConnectionEditView): SavedChangeView {
    return this.#change(() => {
      const connections = this.kept.connections.map((saved) => (ids.includes(saved.id) ? edited(saved, edit) : saved));
      this.kept = { ...this.kept, connections };
    });
  }

  undo(change: number) {
    const before = this.#before[change - 1];
    if (before === undefined) throw refusal("unknown-change", "This change was taken back already.");
    this.#keep(before);
    return null;
  }

  saveSmartGroup(id: number | null, draft: SmartGroupDraftView): SmartGroupView {
    checkName(draft.name);
    const kept = { id: id ?? this.#next(), draft, collapsed: true };
    this.#keep({ smartGroups: replaced(this.kept.smartGroups, kept) });
    return kept;
  }

  deleteSmartGroup(id: number): SavedChangeView {
    return this.#change(() => {
      this.kept = { ...this.kept, smartGroups: this.kept.smartGroups.filter((group) => group.id !== id) };
    });
  }

  foldSmartGroup(id: number, collapsed: boolean) {
    this.kept.smartGroups = this.kept.smartGroups.map((group) => (group.id === id ? { ...group, collapsed } : group));
    return null;
  }

  emitAll() {
    this.host.emit({ kind: "connections-changed", groups: this.groups, connections: this.views() });
    this.host.emit({ kind: "smart-groups-changed", smartGroups: this.kept.smartGroups });
  }

  #next(): number {
    this.#last += 1;
    return this.#last;
  }

  #keep(change: Partial<Kept>) {
    this.kept = { ...this.kept, ...change };
    this.emitAll();
  }

  #change(change: () => void): SavedChangeView {
    this.#before.push(this.kept);
    change();
    this.emitAll();
    return { undo: this.#before.length, added: [] };
  }

  /** The numbers of the groups among the items and of all in them. */
  #within(items: readonly SavedItemView[]): Set<number> {
    const found = new Set(items.flatMap(({ kind, id }) => (kind === "group" ? [id] : [])));
    for (let before = -1; before < found.size; ) {
      before = found.size;
      for (const { id, draft } of this.kept.groups) if (draft.parent !== null && found.has(draft.parent)) found.add(id);
    }
    return found;
  }
}

function has(items: readonly SavedItemView[], item: SavedItemView): boolean {
  return items.some(({ kind, id }) => kind === item.kind && id === item.id);
}

function replaced<T extends { id: number }>(all: readonly T[], one: T): T[] {
  return all.some(({ id }) => id === one.id) ? all.map((other) => (other.id === one.id ? one : other)) : [...all, one];
}

function byName(connections: readonly KeptConnection[]): KeptConnection[] {
  return [...connections].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}

/** The moved ones in front of the one with the number, or last. */
function inFront<T extends { id: number }>(
  all: readonly T[],
  isMoved: (one: T) => boolean,
  before: number | null,
): T[] {
  const others = all.filter((one) => !isMoved(one));
  const at = before === null ? -1 : others.findIndex(({ id }) => id === before);
  return others.toSpliced(at < 0 ? others.length : at, 0, ...all.filter(isMoved));
}

function edited(saved: KeptConnection, edit: ConnectionEditView): KeptConnection {
  const { profile, region, document, encryption, colour, guard, addTags, removeTags } = edit;
  const tags = [...saved.tags.filter((tag) => !removeTags.includes(tag)), ...addTags];
  return {
    ...saved,
    profile: profile === null ? saved.profile : profile.value,
    region: region === null ? saved.region : region.value,
    document: document === null ? saved.document : document.value,
    encryption: encryption === null ? saved.encryption : encryption.value,
    colour: colour === null ? saved.colour : colour.value,
    guard: guard ?? saved.guard,
    tags: [...new Set(tags)],
  };
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

function group(id: number, own: Partial<GroupDraftView>): KeptGroup {
  return { id, draft: { ...emptyGroup(), ...own }, collapsed: false };
}

function saved(node: NodeView | undefined, name: string, into: number | null): ConnectionDraftView {
  return { ...emptyConnection(), name, group: into, target: node?.id ?? "i-0123456789abcdef0", tags: ["on-call"] };
}
