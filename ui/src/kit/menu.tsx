/** Menus under buttons and under the pointer, from one list of entries. */
import { ContextMenu } from "@base-ui/react/context-menu";
import { Menu } from "@base-ui/react/menu";
import type { MouseEvent, ReactElement, ReactNode } from "react";
import { Keys } from "./button";
import styles from "./menu.module.css";

export type MenuEntry =
  | { label: string; run: () => void; icon?: ReactNode; keys?: readonly string[]; danger?: boolean; disabled?: boolean }
  | "line";

/** A list, or what makes it when the menu opens. */
type MenuEntries = readonly MenuEntry[] | (() => readonly MenuEntry[]);

interface MenuButtonProps {
  entries: MenuEntries;
  /** The button. */
  children: ReactElement<Record<string, unknown>>;
  align?: "start" | "end";
}

export function MenuButton({ entries, children, align = "start" }: MenuButtonProps) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger render={children} />
      <Menu.Portal>
        <Menu.Positioner className={styles.place ?? ""} sideOffset={4} align={align}>
          <Menu.Popup className={styles.menu ?? ""} onContextMenu={noMenu}>
            <Entries entries={entries} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** Menus have no menu, and their presses are not those of the place that they belong to. */
function noMenu(event: MouseEvent) {
  event.preventDefault();
  event.stopPropagation();
}

interface ContextAreaProps {
  entries: MenuEntries;
  children: ReactElement<Record<string, unknown>>;
}

/** A place with a menu under the pointer, or at the focus by the menu key. */
export function ContextArea({ entries, children }: ContextAreaProps) {
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger render={children} />
      <ContextMenu.Portal>
        <ContextMenu.Positioner className={styles.place ?? ""}>
          <ContextMenu.Popup className={styles.menu ?? ""} onContextMenu={noMenu} data-testid="context-menu">
            <Entries entries={entries} />
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

function Entries({ entries }: { entries: MenuEntries }) {
  const list = typeof entries === "function" ? entries() : entries;
  return list.map((entry, index) =>
    entry === "line" ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name, and entries do not move
      <Menu.Separator key={index} className={styles.line ?? ""} />
    ) : (
      <Menu.Item
        key={entry.label}
        className={styles.item ?? ""}
        onClick={entry.run}
        disabled={entry.disabled ?? false}
        data-danger={entry.danger || undefined}
      >
        {entry.icon}
        <span className={`${styles.name} line`}>{entry.label}</span>
        {entry.keys !== undefined && <Keys keys={entry.keys} />}
      </Menu.Item>
    ),
  );
}
