/** What can be done with all nodes that are picked on the fleet page, in the order of the bar and the palette. */
import { Copy, SquareTerminal } from "lucide-react";
import { connectPicked, copyPicked } from "../fleet/page/bulk";
import { counted } from "../kit/words";
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
  "copy-ids-of-nodes": {
    title: (keys) => `Copy the ids of ${nodes(keys)}`,
    label: () => "Copy ids",
    icon: Copy,
    rowKey: "Mod+C",
    run: () => copyPicked(),
  },
} satisfies Actions<PickedNodes>;
