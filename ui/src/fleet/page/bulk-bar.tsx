/** The bar over the table while nodes are picked. */
import { X } from "lucide-react";
import { menuOf } from "../../actions/menus";
import { Button, IconButton, Keys, Tip } from "../../kit/button";
import type { MenuEntry } from "../../kit/menu";
import { figure } from "../../kit/words";
import styles from "./bulk-bar.module.css";
import { clearPicks, useFleetPage } from "./fleet-page";

/** What is done with all that are picked, in the order of the bar. */
export const PICKED_ACTIONS = [
  "connect-nodes",
  "run-on-nodes",
  "save-nodes",
  "copy-ids-of-nodes",
  "export-nodes",
] as const;

export function BulkBar() {
  const picked = useFleetPage((now) => now.picked);
  if (picked.size === 0) return null;
  const entries = menuOf("nodes", PICKED_ACTIONS, [...picked]).filter((entry) => entry !== "line");
  return (
    <div className={styles.place}>
      <div className={styles.bar} role="toolbar" aria-label="Selected nodes" data-testid="fleet-bulk">
        <b aria-live="polite">{figure(picked.size)} selected</b>
        {entries.map((entry, at) => (
          <BulkButton key={entry.label} entry={entry} first={at === 0} />
        ))}
        <i />
        <IconButton label="Clear the selection" keys={["Esc"]} onClick={clearPicks}>
          <X size={15} />
        </IconButton>
      </div>
    </div>
  );
}

/** Where there is no room for words the icon stands alone. */
function BulkButton({ entry, first }: { entry: Exclude<MenuEntry, "line">; first: boolean }) {
  const { label, icon, keys = [], disabled = false, run } = entry;
  return (
    <Tip text={label} keys={keys} side="top">
      <Button
        look={first ? "primary" : "ghost"}
        icon={icon}
        disabled={disabled}
        onClick={run}
        aria-label={first ? undefined : label}
      >
        <span className={first ? undefined : styles.wide}>{label}</span>
        {first && <Keys keys={keys} />}
      </Button>
    </Tip>
  );
}
