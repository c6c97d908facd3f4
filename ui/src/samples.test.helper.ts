/** Things of each kind for tests, with what the test cares about. */
import type { ConnectionView, ForwardView, TabView } from "./ipc/contract";

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
  const draft = {
    name,
    group,
    target: "i-0123456789abcdef0",
    profile: null,
    region: null,
    document: null,
    parameters: [],
    encryption: null,
    description: "",
    tags: [],
  };
  const effectiveEncryption = { policy: { kind: "prefer" }, origin: null } as const;
  return { id, draft, effectiveProfile: null, effectiveRegion: null, effectiveEncryption };
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
