/** What can be done with a row of the tree, for the menu under the pointer. */
import {
  Copy,
  CopyPlus,
  Pencil,
  Plus,
  RefreshCw,
  ScrollText,
  Settings2,
  SquareTerminal,
  Star,
  Trash2,
} from "lucide-react";
import { keysOf } from "../actions/keymap";
import type { MenuEntry } from "../kit/menu";
import {
  copyText,
  deleteConnection,
  deleteGroup,
  draftOfNode,
  duplicateConnection,
  editConnection,
  emptyDraft,
  saveNode,
} from "../saved/actions";
import { connectNode, connectSaved } from "../sessions/actions";
import { openRun } from "../sessions/run";
import { removePair, syncPair } from "../settings/actions";
import { openDialog, type RunTarget } from "../window/dialogs";
import { isMac } from "../window/platform";
import { workspace } from "../window/workspace";
import type { Row } from "./row";
import { troubleOf } from "./sync-problem";

export function rowMenu(row: Row): MenuEntry[] {
  switch (row.kind) {
    case "node":
      return nodeMenu(row);
    case "connection":
      return connectionMenu(row);
    case "group":
      return groupMenu(row);
    case "pair":
      return pairMenu(row);
    case "section":
    case "failure":
    case "note":
      return [];
  }
}

const icon = { size: 14 } as const;

function runEntry(on: RunTarget): MenuEntry {
  const keys = keysOf("run-document", isMac);
  return { label: "Run document…", icon: <ScrollText {...icon} />, keys, run: () => openRun(on) };
}

function nodeMenu({ node, pair }: Extract<Row, { kind: "node" }>): MenuEntry[] {
  const draft = draftOfNode(node, pair);
  return [
    { label: "Connect", icon: <SquareTerminal {...icon} />, keys: ["Enter"], run: () => connectNode(node) },
    runEntry({ kind: "node", key: node.key }),
    "line",
    { label: "Save as connection", icon: <Star {...icon} />, run: () => void saveNode(node) },
    {
      label: "Save as connection…",
      icon: <Pencil {...icon} />,
      run: () => openDialog({ kind: "connection", id: null, draft }),
    },
    "line",
    { label: "Copy id", icon: <Copy {...icon} />, run: () => void copyText(node.id, node.id) },
    { label: "Sync this pair", icon: <RefreshCw {...icon} />, run: () => void syncPair(pair.id) },
  ];
}

function connectionMenu({ connection }: Extract<Row, { kind: "connection" }>): MenuEntry[] {
  const { target } = connection.draft;
  return [
    { label: "Connect", icon: <SquareTerminal {...icon} />, keys: ["Enter"], run: () => void connectSaved(connection) },
    runEntry({ kind: "saved", id: connection.id }),
    "line",
    { label: "Edit…", icon: <Pencil {...icon} />, keys: ["F2"], run: () => editConnection(connection) },
    { label: "Duplicate…", icon: <CopyPlus {...icon} />, run: () => duplicateConnection(connection) },
    { label: "Copy id", icon: <Copy {...icon} />, run: () => void copyText(target, target) },
    "line",
    {
      label: "Delete…",
      icon: <Trash2 {...icon} />,
      keys: ["Del"],
      danger: true,
      run: () => deleteConnection(connection),
    },
  ];
}

function groupMenu({ group }: Extract<Row, { kind: "group" }>): MenuEntry[] {
  const draft = { ...emptyDraft(), group: group.id };
  return [
    {
      label: "New connection…",
      icon: <Plus {...icon} />,
      run: () => openDialog({ kind: "connection", id: null, draft }),
    },
    {
      label: "Edit group…",
      icon: <Pencil {...icon} />,
      keys: ["F2"],
      run: () => openDialog({ kind: "group", id: group.id }),
    },
    "line",
    { label: "Delete group…", icon: <Trash2 {...icon} />, keys: ["Del"], danger: true, run: () => deleteGroup(group) },
  ];
}

function pairMenu({ pair }: Extract<Row, { kind: "pair" }>): MenuEntry[] {
  const failed = troubleOf(pair) !== null;
  return [
    { label: failed ? "Retry" : "Sync this pair", icon: <RefreshCw {...icon} />, run: () => void syncPair(pair.id) },
    { label: "Edit pair…", icon: <Pencil {...icon} />, run: () => openDialog({ kind: "pair", pair }) },
    { label: "All pairs", icon: <Settings2 {...icon} />, run: () => workspace.show("settings", "accounts") },
    "line",
    { label: "Remove pair…", icon: <Trash2 {...icon} />, danger: true, run: () => removePair(pair) },
  ];
}
