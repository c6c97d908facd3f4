/** What can be done with a tab, in the order of the palette. */
import type { TabView } from "../ipc/contract";
import { useProgram } from "../program/program";
import { useConnections } from "../saved/connections";
import { connectionOf, copyKey, pins, requireKey, shortKey } from "../saved/encryption";
import { dropNetwork, duplicateSession, reconnect, retryResume } from "../sessions/actions";
import { closeTab } from "../sessions/closing";
import { openRun, targetOfTab } from "../sessions/run";
import { isLive } from "../sessions/sessions";
import { terminals } from "../sessions/terminal-access";
import { copyText } from "../window/clipboard";
import { showFind } from "../workbench/find-store";
import type { Actions } from "./action";

/** The saved connection on which the key of its session can be pinned. */
function savedOf(tab: TabView) {
  return connectionOf(tab, useConnections.getState().connections);
}

export const TAB_ACTIONS = {
  "duplicate-session": {
    title: (tab) => `Duplicate the session on ${tab.title}`,
    label: () => "Duplicate session",
    keys: ["Mod+Shift+T"],
    run: (tab) => void duplicateSession(tab),
  },
  "run-on-tab": {
    title: (tab) => `Run document on ${tab.title}…`,
    label: () => "Run document…",
    also: "command execute",
    keysOf: "run-document",
    run: (tab) => openRun(targetOfTab(tab)),
  },
  reconnect: {
    title: (tab) =>
      tab.document === null ? `New session on ${tab.title}` : `Run ${tab.document} again on ${tab.title}`,
    label: (tab) => (tab.document === null ? "New session in this tab" : "Run again in this tab"),
    also: "reconnect again",
    ready: (tab) => !isLive(tab),
    run: (tab) => void reconnect(tab.id),
  },
  "retry-resume": {
    title: () => "Try the resume now",
    applies: (tab) => tab.state.kind === "resuming",
    run: (tab) => void retryResume(tab.id),
  },
  "require-key": {
    title: (tab) => `Require ${shortKey(tab.encryptionKey ?? "")} for ${savedOf(tab)?.draft.name}`,
    label: (tab) =>
      pins(savedOf(tab), tab.encryptionKey ?? "")
        ? "This key is required"
        : `Require this key for ${savedOf(tab)?.draft.name}`,
    also: "pin encryption kms",
    applies: (tab) => tab.encryptionKey !== null && savedOf(tab) !== undefined,
    ready: (tab) => !pins(savedOf(tab), tab.encryptionKey ?? ""),
    run: (tab) => void requireKey(tab),
  },
  "copy-key": {
    title: () => "Copy the ARN of this session's KMS key",
    label: () => "Copy the KMS key's ARN",
    applies: (tab) => tab.encryptionKey !== null,
    run: (tab) => void copyKey(tab.encryptionKey ?? ""),
  },
  "close-tab": {
    title: (tab) => `Close ${tab.title}`,
    label: (tab) => (isLive(tab) ? "Close and terminate" : "Close"),
    also: "terminate end session",
    keys: ["Mod+Shift+W"],
    danger: isLive,
    run: (tab) => closeTab(tab.id),
  },
  find: {
    title: () => "Find in the terminal",
    label: () => "Find…",
    keys: ["Mod+Shift+F"],
    run: () => showFind(true),
  },
  copy: {
    title: () => "Copy the selection",
    label: () => "Copy",
    keys: ["Mod+Shift+C"],
    ready: (tab) => terminals().hasSelection(tab.id),
    run: (tab) => void terminals().copy(tab.id),
  },
  "select-all": {
    title: () => "Select all in the terminal",
    label: () => "Select all",
    run: (tab) => terminals().selectAll(tab.id),
  },
  paste: {
    title: () => "Paste into the terminal",
    label: () => "Paste",
    keys: ["Mod+Shift+V"],
    ready: isLive,
    run: (tab) => void terminals().paste(tab.id),
  },
  "drop-network": {
    title: () => "Drop this session's network",
    also: "cut link demo",
    applies: (tab) => useProgram.getState().mode === "demo" && isLive(tab),
    run: (tab) => void dropNetwork(tab.id),
  },
  "copy-node-id": {
    title: (tab) => `Copy the node id of ${tab.title}`,
    label: () => "Copy node id",
    listed: false,
    run: (tab) => void copyText(tab.target, tab.target),
  },
  "copy-session-id": {
    title: (tab) => `Copy the session id of ${tab.title}`,
    label: () => "Copy session id",
    listed: false,
    applies: (tab) => tab.sessionId !== null,
    run: (tab) => void copyText(tab.sessionId ?? "", "the session id"),
  },
} satisfies Actions<TabView>;
