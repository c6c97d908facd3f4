/** What can be done with a forward, and with a group of them, each in the order of the palette. */
import { Copy, CopyPlus, ExternalLink, FileText, Pencil, Power, Trash2 } from "lucide-react";
import {
  canOpen,
  copyForwardAddress,
  copyHostsLine,
  copyKubeconfigLines,
  deleteForward,
  duplicateForward,
  editForward,
  openForward,
  toggleForward,
  toggleGroup,
} from "../forwards/actions";
import { type ForwardGroup, isOn } from "../forwards/forwards";
import { hostsLine, kubeconfigLines, localAddress } from "../forwards/words";
import type { ForwardView } from "../ipc/contract";
import type { Action, Actions } from "./action";

const FORWARD = {
  "switch-forward": {
    title: (forward) => `${isOn(forward) ? "Turn off" : "Turn on"} ${forward.draft.name}`,
    label: (forward) => (isOn(forward) ? "Turn off" : "Turn on"),
    icon: Power,
    rowKey: "Enter",
    run: (forward) => void toggleForward(forward),
  },
  "open-forward": {
    title: ({ draft }) => `Open ${draft.name} in the browser`,
    label: () => "Open in the browser",
    also: "web",
    icon: ExternalLink,
    applies: ({ draft }) => draft.isWeb,
    ready: canOpen,
    run: (forward) => openForward(forward),
  },
  "copy-forward": {
    title: ({ draft }) => `Copy the local address of ${draft.name}`,
    label: () => "Copy local address",
    icon: Copy,
    rowKey: "Mod+C",
    ready: (forward) => localAddress(forward) !== null,
    run: (forward) => copyForwardAddress(forward),
  },
  "copy-hosts-line": {
    title: ({ draft }) => `Copy the line for /etc/hosts of ${draft.name}`,
    label: () => "Copy line for /etc/hosts",
    also: "certificate name",
    icon: FileText,
    applies: (forward) => hostsLine(forward) !== null,
    run: (forward) => copyHostsLine(forward),
  },
  "copy-tls-server-name": {
    title: ({ draft }) => `Copy the lines for a kubeconfig of ${draft.name}`,
    label: () => "Copy lines for a kubeconfig",
    also: "tls-server-name kubernetes eks certificate",
    icon: FileText,
    applies: (forward) => kubeconfigLines(forward) !== null,
    run: (forward) => copyKubeconfigLines(forward),
  },
  "edit-forward": {
    title: ({ draft }) => `Edit the forward ${draft.name}…`,
    label: () => "Edit…",
    icon: Pencil,
    rowKey: "F2",
    run: (forward) => editForward(forward),
  },
  "duplicate-forward": {
    title: ({ draft }) => `Duplicate the forward ${draft.name}…`,
    label: () => "Duplicate…",
    icon: CopyPlus,
    run: (forward) => duplicateForward(forward),
  },
  "delete-forward": {
    title: ({ draft }) => `Delete the forward ${draft.name}…`,
    label: () => "Delete…",
    icon: Trash2,
    rowKey: "Delete",
    danger: () => true,
    run: (forward) => deleteForward(forward),
  },
} satisfies Actions<ForwardView>;

export const FORWARD_ACTIONS: Record<keyof typeof FORWARD, Action<ForwardView>> = FORWARD;

export const FORWARD_GROUP_ACTIONS = {
  "switch-forward-group": {
    title: ({ name, forwards }) => `${forwards.some(isOn) ? "Turn off" : "Turn on"} all forwards of ${name}`,
    also: "group",
    run: ({ forwards }) => void toggleGroup(forwards),
  },
} satisfies Actions<ForwardGroup>;
