/** What can be done with the shown tab, and where it is. */

import { useProgram } from "../program/program";
import { useConnections } from "../saved/connections";
import { connectionOf, copyKey, pins, requireKey, shortKey } from "../saved/encryption";
import { dropNetwork, duplicateSession, nextTab, reconnect, retryResume, signedIn } from "../sessions/actions";
import { closeEndedTabs, closeTab } from "../sessions/closing";
import { useLogins, whose } from "../sessions/logins";
import { openRun, targetOfTab } from "../sessions/run";
import { isLive, useSessions } from "../sessions/sessions";
import { terminals } from "../sessions/terminal-door";
import type { RunTarget } from "../window/dialogs";
import { workspace } from "../window/workspace";
import type { Command } from "./command";

export type Tab = ReturnType<typeof useSessions.getState>["tabs"][number];

export function activeTab(): Tab | undefined {
  const { tabs, active } = useSessions.getState();
  return tabs.find((tab) => tab.id === active);
}

export function tabCommands(): Command[] {
  const tab = activeTab();
  if (tab === undefined) return [];
  const live = isLive(tab);
  const demo = useProgram.getState().mode === "demo";
  const commands: (Command | false)[] = [
    { id: "duplicate-session", title: `Duplicate the session on ${tab.title}`, run: () => void duplicateSession(tab) },
    {
      id: "run-document",
      title: `Run document on ${tab.title}…`,
      also: "command execute",
      run: () => openRun(targetOfTab(tab)),
    },
    !live && {
      id: "reconnect",
      title: tab.document === null ? `New session on ${tab.title}` : `Run ${tab.document} again on ${tab.title}`,
      also: "reconnect again",
      run: () => void reconnect(tab.id),
    },
    tab.state.kind === "resuming" && {
      id: "retry-resume",
      title: "Try the resume now",
      run: () => void retryResume(tab.id),
    },
    ...keyCommands(tab),
    { id: "close-tab", title: `Close ${tab.title}`, also: "terminate end session", run: () => closeTab(tab.id) },
    { id: "find", title: "Find in the terminal", run: () => workspace.find(true) },
    terminals().hasSelection(tab.id) && {
      id: "copy",
      title: "Copy the selection",
      run: () => void terminals().copy(tab.id),
    },
    { id: "select-all", title: "Select all in the terminal", run: () => terminals().selectAll(tab.id) },
    live && { id: "paste", title: "Paste into the terminal", run: () => void terminals().paste(tab.id) },
    demo &&
      live && {
        id: "drop-network",
        title: "Drop this session's network",
        also: "cut link demo",
        run: () => void dropNetwork(tab.id),
      },
    { id: "next-tab", title: "Next tab", run: () => nextTab(1) },
    { id: "previous-tab", title: "Previous tab", run: () => nextTab(-1) },
    { id: "close-ended", title: "Close ended tabs", run: () => closeEndedTabs() },
  ];
  return commands.filter((command) => command !== false);
}

/** Not for what the shown tab stands for: that is offered with the tab. */
export function runOn(name: string, on: RunTarget): Command[] {
  const tab = activeTab();
  if (tab !== undefined && JSON.stringify(targetOfTab(tab)) === JSON.stringify(on)) return [];
  const id = tab === undefined ? "run-document" : "run-on-selected";
  return [{ id, title: `Run document on ${name}…`, also: "command execute", run: () => openRun(on) }];
}

function keyCommands(tab: Tab): Command[] {
  const key = tab.encryptionKey;
  if (key === null) return [];
  const saved = connectionOf(tab, useConnections.getState().connections);
  const copy = { id: "copy-key", title: "Copy the ARN of this session's KMS key", run: () => void copyKey(key) };
  if (saved === undefined || pins(saved, key)) return [copy];
  const title = `Require ${shortKey(key)} for ${saved.draft.name}`;
  return [{ id: "require-key", title, also: "pin encryption kms", run: () => requireKey(tab) }, copy];
}

export function loginCommands(): Command[] {
  return useLogins.getState().notices.map(({ profile }) => ({
    id: `signed-in-${profile ?? ""}`,
    title: `I have signed in to ${whose(profile)}: try now`,
    also: "login credentials resume",
    run: () => void signedIn(profile),
  }));
}
