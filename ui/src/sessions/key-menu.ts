/** What can be done with the KMS key of a session. */
import type { TabView } from "../ipc/contract";
import type { MenuEntry } from "../kit/menu";
import { useConnections } from "../saved/connections";
import { connectionOf, copyKey, pins, requireKey } from "../saved/encryption";

/** Empty for a session that is not encrypted with KMS. A key is pinned on the saved connection that the tab came from. */
export function keyMenu(tab: TabView): MenuEntry[] {
  const key = tab.encryptionKey;
  if (key === null) return [];
  const saved = connectionOf(tab, useConnections.getState().connections);
  const pinned = pins(saved, key);
  const pin: MenuEntry[] =
    saved === undefined
      ? []
      : [
          {
            label: pinned ? "This key is required" : `Require this key for ${saved.draft.name}`,
            disabled: pinned,
            run: () => void requireKey(tab),
          },
        ];
  return ["line", ...pin, { label: "Copy the KMS key's ARN", run: () => void copyKey(key) }];
}
