/** Things of each kind for tests, with what the test cares about. */

import type { ConnectionView, ForwardView, GroupDraftView, GroupView, TabView } from "./ipc/contract";
import { emptyConnection, emptyGroup } from "./ipc/saved-drafts";

/** A tab of a session that is connected. */
export function tab(change: Partial<TabView> = {}): TabView {
  return {
    id: 1,
    title: `tab ${change.id ?? 1}`,
    target: "i-0123456789abcdef0",
    profile: null,
    region: null,
    environment: "dev",
    nodeKey: null,
    connection: null,
    sessionId: null,
    document: null,
    command: null,
    encryptionKey: null,
    exitStatus: null,
    state: { kind: "connected", sinceMs: 0 },
    ...change,
  };
}

/** A saved connection that sets nothing but its name. */
export function saved({ id, name, group = null }: { id: number; name: string; group?: number | null }): ConnectionView {
  return { id, draft: { ...emptyConnection(), name, group, target: "i-0123456789abcdef0" }, ...nothingInherited() };
}

/** A group that sets nothing but its name. */
export function savedGroup(id: number, draft: Partial<GroupDraftView>, collapsed = false): GroupView {
  return { id, draft: { ...emptyGroup(), ...draft }, collapsed, ...nothingInherited() };
}

/** What applies where nobody sets anything. */
export function nothingInherited() {
  return {
    effectiveProfile: null,
    effectiveRegion: null,
    effectiveDocument: null,
    effectiveParameters: [],
    effectiveEncryption: { policy: { kind: "prefer" }, origin: null, group: null } as const,
    effectiveColour: null,
    effectiveGuard: { readOnly: null, reason: null, paste: null },
  };
}

/** A forward to a port of a node that is switched off. */
export function forward(
  change: Partial<Omit<ForwardView, "draft">> & { draft?: Partial<ForwardView["draft"]> } = {},
): ForwardView {
  const id = change.id ?? 1;
  const draft = {
    name: `forward ${id}`,
    group: "",
    via: { kind: "saved", id: 7 } as const,
    localPort: 15_432,
    bindAddress: null,
    destination: { kind: "port", host: null, port: 5432 } as const,
    startsWithPostern: false,
    isWeb: false,
  };
  return {
    id,
    state: { kind: "off" },
    port: null,
    through: null,
    traffic: { id, open: 0, sentBytes: 0, receivedBytes: 0 },
    problem: null,
    ...change,
    draft: { ...draft, ...change.draft },
  };
}
