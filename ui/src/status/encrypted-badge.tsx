/** The badge of a session that is encrypted with KMS: which key it is, and what can be done with it. */
import { LockKeyhole } from "lucide-react";
import type { ComponentProps } from "react";
import { menuOf } from "../actions/menus";
import type { TabView } from "../ipc/contract";
import { Tip } from "../kit/button";
import { MenuButton } from "../kit/menu";
import { useConnections } from "../saved/connections";

export function EncryptedBadge({ tab, className }: { tab: TabView; className: string }) {
  const key = tab.encryptionKey;
  // The list of connections decides what the menu offers.
  useConnections((now) => now.connections);
  if (key === null) return null;
  return (
    <MenuButton entries={menuOf("tab", ["require-key", "copy-key"], tab)} align="end">
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
