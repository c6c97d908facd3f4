/** Things of each kind for tests, with what the test cares about. */
import type { ConnectionView, TabView } from "./ipc/contract";

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
