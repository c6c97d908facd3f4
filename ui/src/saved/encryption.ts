/** What is demanded of encryption, in words, and how a key is pinned. */
import { client } from "../ipc/client";
import type { ConnectionView, EncryptionPolicyView, GroupView, TabView } from "../ipc/contract";
import { attempt } from "../window/attempt";
import { copyText } from "../window/clipboard";
import { showMessage } from "../window/toasts";
import { keepConnection } from "./actions";
import { useConnections } from "./connections";

/** "Required, only with key alias/ops". */
export function policyWords(policy: EncryptionPolicyView): string {
  switch (policy.kind) {
    case "prefer":
      return "Preferred";
    case "off":
      return "Off";
    case "require":
      return policy.key === null ? "Required" : `Required, only with ${shortKey(policy.key)}`;
  }
}

/** What a policy means, as one sentence. */
export function policySentence(policy: EncryptionPolicyView): string {
  switch (policy.kind) {
    case "prefer":
      return "A session is encrypted with KMS when the session preferences or the document ask for it.";
    case "off":
      return "A session that asks for encryption with KMS is refused. TLS stays.";
    case "require":
      return policy.key === null
        ? "A session that is not encrypted with KMS is refused."
        : "A session that is not encrypted with this KMS key is refused.";
  }
}

/** What a connection would inherit if it set nothing itself, and from where. */
export function wouldInheritEncryption(
  group: GroupView | undefined,
  groups: readonly GroupView[],
): { policy: EncryptionPolicyView; from: string } {
  const inGroup = group?.effectiveEncryption;
  if (inGroup === undefined || inGroup.origin === null)
    return { policy: { kind: "prefer" }, from: "Postern's default" };
  const from = groups.find(({ id }) => id === inGroup.group);
  return { policy: inGroup.policy, from: from?.draft.name ?? "its group" };
}

/** The end of a key's ARN: "key/1f0c…5a10", "alias/ops". */
export function shortKey(key: string): string {
  const name = key.slice(key.lastIndexOf(":") + 1);
  return name.length <= 24 ? name : `${name.slice(0, 8)}…${name.slice(-4)}`;
}

/** The saved connection that a tab was opened from, unless it was removed. */
export function connectionOf(tab: TabView, connections: readonly ConnectionView[]): ConnectionView | undefined {
  return connections.find(({ id }) => id === tab.connection);
}

/** Whether the connection takes this key and no other already. */
export function pins(connection: ConnectionView | undefined, key: string): boolean {
  const policy = connection?.effectiveEncryption.policy;
  return policy?.kind === "require" && policy.key === key;
}

/** From now on the tab's saved connection is refused with any other key. */
export function requireKey(tab: TabView) {
  const key = tab.encryptionKey;
  const saved = connectionOf(tab, useConnections.getState().connections);
  if (key === null || saved === undefined) return;
  return keepEncryption(saved, { kind: "require", key }, `${saved.draft.name} now requires ${shortKey(key)}.`);
}

function keepEncryption(saved: ConnectionView, encryption: EncryptionPolicyView | null, text: string) {
  const before = saved.draft.encryption;
  return attempt(async () => {
    const kept = await client.saveConnection(saved.id, { ...saved.draft, encryption });
    keepConnection(kept);
    const undo = () => void keepEncryption(kept, before, `${saved.draft.name} is as it was.`);
    showMessage(text, { label: "Undo", run: undo });
  });
}

export function copyKey(key: string) {
  return copyText(key, "the key's ARN");
}
