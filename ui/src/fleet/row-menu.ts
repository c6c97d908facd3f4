/** What can be done with a row of the tree, for the menu under the pointer. */
import { menuOf } from "../actions/menus";
import type { NodeView } from "../ipc/contract";
import type { MenuEntry } from "../kit/menu";
import type { Row } from "./row";

export function rowMenu(row: Row): MenuEntry[] {
  switch (row.kind) {
    case "node":
      return nodeMenu(row.node);
    case "connection":
      return menuOf(
        "connection",
        [
          ...(["connect-saved", "run-on-saved", "forward-by-saved", "line"] as const),
          ...([
            "edit-connection",
            "duplicate-connection",
            "move-connection",
            "copy-id-of-connection",
            "line",
            "delete-connection",
          ] as const),
        ],
        row.connection,
      );
    case "group":
      return menuOf(
        "group",
        [
          ...(["new-connection-in-group", "new-group-in-group", "line"] as const),
          ...(["edit-group", "edit-all-in-group", "move-group", "copy-group", "sort-group"] as const),
          ...(["line", "delete-group"] as const),
        ],
        row.group,
      );
    case "pair":
      return menuOf("pair", ["sync-pair", "edit-pair", "all-pairs", "line", "remove-pair"], row.pair);
    case "section":
    case "failure":
    case "pending":
    case "note":
      return [];
  }
}

/** What can be done with a node. */
export function nodeMenu(node: NodeView): MenuEntry[] {
  return menuOf(
    "node",
    [
      ...([
        "connect-node",
        "run-on-node",
        "forward-through-node",
        "line",
        "start-and-connect-node",
        "start-node",
        "stop-node",
        "reboot-node",
        "line",
        "remote-desktop-of-node",
        "copy-password-of-node",
        "line",
        "save-node",
        "save-node-as",
        "line",
      ] as const),
      ...(["copy-id-of-node", "sync-pair-of-node"] as const),
    ],
    node,
  );
}
