/** What can be done with a node, a saved connection, a group and a pair, each in the order of the palette. */
import {
  ArrowDownAZ,
  ArrowLeftRight,
  Copy,
  CopyPlus,
  FolderInput,
  FolderPlus,
  KeyRound,
  MonitorUp,
  Pencil,
  PencilLine,
  Plus,
  Power,
  PowerOff,
  RefreshCw,
  RotateCcw,
  ScrollText,
  Settings2,
  SquareTerminal,
  Star,
  Trash2,
} from "lucide-react";
import { canBeStarted, nodeTitle } from "../domain/node";
import { useFleet } from "../fleet/fleet";
import { problemOf } from "../fleet/sync-problem";
import { addForwardBy, addForwardThrough } from "../forwards/actions";
import type { ConnectionView, GroupView, NodeView, PairView } from "../ipc/contract";
import { emptyConnection } from "../ipc/saved-drafts";
import { canReboot, canStart, canStop, orderPower, startAndConnect } from "../power/power";
import {
  copyBeside,
  deleteConnection,
  deleteGroup,
  draftOfNode,
  duplicateConnection,
  editConnection,
  idsWithin,
  saveNode,
  sortByName,
} from "../saved/actions";
import { connectNode, connectSaved } from "../sessions/actions";
import { askForDesktop, askForPassword, canOpenDesktop, hasDesktop } from "../sessions/remote-desktop";
import { openRun } from "../sessions/run";
import { removePair, syncPair } from "../settings/actions";
import { copyText } from "../window/clipboard";
import { openDialog } from "../window/dialogs";
import { frame } from "../window/frame";
import type { Actions } from "./action";

export const NODE_ACTIONS = {
  "connect-node": {
    title: (node) => `Connect to ${nodeTitle(node)}`,
    label: () => "Connect",
    icon: SquareTerminal,
    rowKey: "Enter",
    run: (node) => connectNode(node),
  },
  "run-on-node": {
    title: (node) => `Run document on ${nodeTitle(node)}…`,
    label: () => "Run document…",
    also: "command execute",
    keysOf: "run-document",
    icon: ScrollText,
    run: (node) => openRun({ kind: "node", key: node.key }),
  },
  "forward-through-node": {
    title: (node) => `Forward a port through ${nodeTitle(node)}…`,
    label: () => "Forward a port…",
    also: "tunnel",
    keysOf: "add-forward",
    icon: ArrowLeftRight,
    run: (node) => addForwardThrough(node),
  },
  "start-and-connect-node": {
    title: (node) => `Start ${nodeTitle(node)} and connect`,
    label: () => "Start and connect",
    also: "power on boot",
    icon: Power,
    applies: canBeStarted,
    run: (node) => startAndConnect(node),
  },
  "start-node": {
    title: (node) => `Start ${nodeTitle(node)}`,
    label: () => "Start",
    also: "power on boot",
    icon: Power,
    applies: canStart,
    run: (node) => orderPower("start", [node]),
  },
  "stop-node": {
    title: (node) => `Stop ${nodeTitle(node)}…`,
    label: () => "Stop…",
    also: "power off shut down",
    icon: PowerOff,
    applies: canStop,
    danger: () => true,
    run: (node) => orderPower("stop", [node]),
  },
  "reboot-node": {
    title: (node) => `Reboot ${nodeTitle(node)}…`,
    label: () => "Reboot…",
    also: "restart power",
    icon: RotateCcw,
    applies: canReboot,
    danger: () => true,
    run: (node) => orderPower("reboot", [node]),
  },
  "remote-desktop-of-node": {
    title: (node) => `Open the remote desktop of ${nodeTitle(node)}…`,
    label: () => "Remote desktop…",
    also: "rdp windows mstsc",
    icon: MonitorUp,
    applies: hasDesktop,
    ready: canOpenDesktop,
    run: (node) => askForDesktop(node),
  },
  "copy-password-of-node": {
    title: (node) => `Copy the Administrator's password of ${nodeTitle(node)}…`,
    label: () => "Copy Administrator's password…",
    also: "rdp windows key pair",
    icon: KeyRound,
    applies: (node) => hasDesktop(node) && node.kind !== "hybrid",
    run: (node) => askForPassword(node),
  },
  "save-node": {
    title: (node) => `Save ${nodeTitle(node)} as a connection`,
    label: () => "Save as connection",
    icon: Star,
    run: (node) => void saveNode(node),
  },
  "copy-id-of-node": {
    title: (node) => `Copy the id of ${nodeTitle(node)}`,
    label: () => "Copy id",
    icon: Copy,
    run: (node) => void copyText(node.id, node.id),
  },
  "save-node-as": {
    title: (node) => `Save ${nodeTitle(node)} as a connection…`,
    label: () => "Save as connection…",
    icon: Pencil,
    listed: false,
    run: (node) => openDialog({ kind: "connection", id: null, draft: draftOfNode(node, pairOf(node)) }),
  },
  "sync-pair-of-node": {
    title: (node) => `Sync the pair of ${nodeTitle(node)}`,
    label: () => "Sync this pair",
    icon: RefreshCw,
    listed: false,
    run: (node) => void syncPair(node.pair),
  },
} satisfies Actions<NodeView>;

function pairOf(node: NodeView): PairView | undefined {
  return useFleet.getState().pairs.find(({ id }) => id === node.pair);
}

export const CONNECTION_ACTIONS = {
  "connect-saved": {
    title: ({ draft }) => `Connect to ${draft.name}`,
    label: () => "Connect",
    icon: SquareTerminal,
    rowKey: "Enter",
    run: (saved) => void connectSaved(saved),
  },
  "run-on-saved": {
    title: ({ draft }) => `Run document on ${draft.name}…`,
    label: () => "Run document…",
    also: "command execute",
    keysOf: "run-document",
    icon: ScrollText,
    run: ({ id }) => openRun({ kind: "saved", id }),
  },
  "forward-by-saved": {
    title: ({ draft }) => `Forward a port through ${draft.name}…`,
    label: () => "Forward a port…",
    also: "tunnel",
    keysOf: "add-forward",
    icon: ArrowLeftRight,
    run: (saved) => addForwardBy(saved),
  },
  "edit-connection": {
    title: ({ draft }) => `Edit ${draft.name}…`,
    label: () => "Edit…",
    icon: Pencil,
    rowKey: "F2",
    run: (saved) => editConnection(saved),
  },
  "duplicate-connection": {
    title: ({ draft }) => `Duplicate ${draft.name}…`,
    label: () => "Duplicate…",
    icon: CopyPlus,
    run: (saved) => duplicateConnection(saved),
  },
  "move-connection": {
    title: ({ draft }) => `Move ${draft.name} to another group…`,
    label: () => "Move…",
    also: "group folder",
    icon: FolderInput,
    run: ({ id, draft }) => openDialog({ kind: "move-saved", item: { kind: "connection", id }, name: draft.name }),
  },
  "copy-connection": {
    title: ({ draft }) => `Copy ${draft.name} beside itself`,
    label: () => "Copy",
    icon: Copy,
    listed: false,
    run: (saved) => copyBeside({ kind: "connection", id: saved.id }, saved.draft.name, saved.draft.group),
  },
  "delete-connection": {
    title: ({ draft }) => `Delete ${draft.name}`,
    label: () => "Delete",
    icon: Trash2,
    rowKey: "Delete",
    danger: () => true,
    run: (saved) => deleteConnection(saved),
  },
  "copy-id-of-connection": {
    title: ({ draft }) => `Copy the id of ${draft.name}`,
    label: () => "Copy id",
    icon: Copy,
    run: ({ draft }) => void copyText(draft.target, draft.target),
  },
} satisfies Actions<ConnectionView>;

export const GROUP_ACTIONS = {
  "new-connection-in-group": {
    title: ({ draft }) => `New connection in ${draft.name}…`,
    label: () => "New connection…",
    icon: Plus,
    listed: false,
    run: ({ id }) => openDialog({ kind: "connection", id: null, draft: { ...emptyConnection(), group: id } }),
  },
  "new-group-in-group": {
    title: ({ draft }) => `New group in ${draft.name}…`,
    label: () => "New group…",
    icon: FolderPlus,
    listed: false,
    run: ({ id }) => openDialog({ kind: "group", id: null, parent: id }),
  },
  "edit-all-in-group": {
    title: ({ draft }) => `Edit all connections in ${draft.name}…`,
    label: () => "Edit all in it…",
    also: "many bulk",
    icon: PencilLine,
    ready: (group) => idsWithin(group).length > 0,
    run: (group) =>
      openDialog({ kind: "edit-connections", ids: idsWithin(group), title: `Edit all in ${group.draft.name}` }),
  },
  "move-group": {
    title: ({ draft }) => `Move the group ${draft.name}…`,
    label: () => "Move…",
    icon: FolderInput,
    run: ({ id, draft }) => openDialog({ kind: "move-saved", item: { kind: "group", id }, name: draft.name }),
  },
  "copy-group": {
    title: ({ draft }) => `Copy the group ${draft.name} with all that is in it`,
    label: () => "Copy",
    icon: CopyPlus,
    run: ({ id, draft }) => copyBeside({ kind: "group", id }, draft.name, draft.parent),
  },
  "sort-group": {
    title: ({ draft }) => `Sort ${draft.name} by name`,
    label: () => "Sort by name",
    icon: ArrowDownAZ,
    run: ({ id, draft }) => sortByName(id, draft.name),
  },
  "edit-group": {
    title: ({ draft }) => `Edit the group ${draft.name}…`,
    label: () => "Edit group…",
    icon: Pencil,
    rowKey: "F2",
    run: ({ id }) => openDialog({ kind: "group", id }),
  },
  "delete-group": {
    title: ({ draft }) => `Delete the group ${draft.name}`,
    label: () => "Delete group",
    icon: Trash2,
    rowKey: "Delete",
    danger: () => true,
    run: (group) => deleteGroup(group),
  },
} satisfies Actions<GroupView>;

export const PAIR_ACTIONS = {
  "sync-pair": {
    title: ({ profile, region }) => `Sync ${profile} / ${region}`,
    label: (pair) => (problemOf(pair) === null ? "Sync this pair" : "Retry"),
    icon: RefreshCw,
    run: ({ id }) => void syncPair(id),
  },
  "edit-pair": {
    title: ({ profile, region }) => `Edit ${profile} / ${region}…`,
    label: () => "Edit pair…",
    icon: Pencil,
    listed: false,
    run: (pair) => openDialog({ kind: "pair", pair }),
  },
  "all-pairs": {
    title: () => "All pairs",
    icon: Settings2,
    listed: false,
    run: () => frame.show("settings", "accounts"),
  },
  "remove-pair": {
    title: ({ profile, region }) => `Remove ${profile} / ${region}…`,
    label: () => "Remove pair…",
    icon: Trash2,
    danger: () => true,
    listed: false,
    run: (pair) => removePair(pair),
  },
} satisfies Actions<PairView>;
