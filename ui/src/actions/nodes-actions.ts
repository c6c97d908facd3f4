/** What can be done with all nodes that are picked on the fleet page, in the order of the bar and the palette. */
import { Copy, Download, FolderPlus, ScrollText, SquareTerminal } from "lucide-react";
import { connectPicked, copyPicked } from "../fleet/page/bulk";
import { counted } from "../kit/words";
import { openDialog } from "../window/dialogs";
import type { Actions } from "./action";

/** Keys of nodes. */
export type PickedNodes = readonly string[];

const nodes = (keys: PickedNodes) => counted(keys.length, "selected node");

export const NODES_ACTIONS = {
  "connect-nodes": {
    title: (keys) => `Connect to ${nodes(keys)}`,
    label: () => "Connect",
    icon: SquareTerminal,
    rowKey: "Enter",
    run: () => connectPicked(),
  },
  "run-on-nodes": {
    title: (keys) => `Run a command or document on ${nodes(keys)}…`,
    label: () => "Run document…",
    also: "command execute all",
    icon: ScrollText,
    run: (keys) => openDialog({ kind: "run-on-nodes", keys }),
  },
  "save-nodes": {
    title: (keys) => `Save ${nodes(keys)} as connections…`,
    label: () => "Save to group…",
    also: "group folder",
    icon: FolderPlus,
    run: (keys) => openDialog({ kind: "save-nodes", keys }),
  },
  "copy-ids-of-nodes": {
    title: (keys) => `Copy the ids of ${nodes(keys)}`,
    label: () => "Copy ids",
    icon: Copy,
    rowKey: "Mod+C",
    run: () => copyPicked(),
  },
  "export-nodes": {
    title: (keys) => `Export ${nodes(keys)}…`,
    label: () => "Export…",
    also: "csv json file save",
    icon: Download,
    run: (keys) => openDialog({ kind: "export-nodes", keys }),
  },
} satisfies Actions<PickedNodes>;
