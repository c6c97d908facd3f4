/** What can be done with the KMS key of a session, and the badge that says which key it is. */
import { LockKeyhole } from "lucide-react";
import type { ComponentProps } from "react";
import type { TabView } from "../ipc/contract";
import { useConnections } from "../state/connections";
import { connectionOf, copyKey, pins, requireKey } from "../state/encryption";
import { Tip } from "./button";
import { MenuButton, type MenuEntry } from "./menu";

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

/** The badge of the status bar. */
export function EncryptedBadge({ tab, className }: { tab: TabView; className: string }) {
  const key = tab.encryptionKey;
  // The list of connections decides what the menu offers.
  useConnections((now) => now.connections);
  if (key === null) return null;
  return (
    <MenuButton entries={keyMenu(tab).slice(1)} align="end">
      <BadgeButton className={className} arn={key} />
    </MenuButton>
  );
}

function BadgeButton({ arn, ...rest }: { arn: string } & ComponentProps<"button">) {
  return (
    <Tip text={`Encrypted with ${arn}`} side="top">
      <button type="button" data-testid="encrypted" data-key={arn} aria-description={arn} {...rest}>
        <LockKeyhole size={12} />
        Encrypted with KMS
      </button>
    </Tip>
  );
}
