/** What a tab says of its session beside its name. */

import { exitBadge, exitWords } from "../domain/words";
import type { TabView } from "../ipc/contract";

/** Everything that the tab's tooltip says, a line each. */
export function factsOf(tab: TabView): string[] {
  const { document, command, encryptionKey, exitStatus } = tab;
  const lines = [
    tab.title,
    tab.target,
    tab.profile,
    tab.region,
    document,
    command,
    encryptionKey === null ? null : `Encrypted with ${encryptionKey}`,
    exitStatus === null ? null : exitWords(exitStatus),
  ];
  return lines.filter((line) => line !== null && line !== "") as string[];
}

/** What a tab runs instead of a shell, in few words: the command, else the document. */
export function runWords({ document, command }: TabView): string | null {
  return command ?? document?.slice(document.lastIndexOf("/") + 1) ?? null;
}

interface TabChip {
  text: string;
  tone: "quiet" | "ok" | "warn" | "danger";
}

export function chipOf(tab: TabView): TabChip | null {
  const { exitStatus } = tab;
  if (exitStatus !== null && tab.state.kind !== "failed")
    return { text: exitBadge(exitStatus), tone: exitStatus === 0 ? "ok" : "warn" };
  switch (tab.state.kind) {
    case "resuming":
      return { text: tab.state.waitsForLogin ? "Sign-in" : "Resuming…", tone: "warn" };
    case "paused":
      return { text: "Paused", tone: "warn" };
    case "ended":
      return { text: "Ended", tone: "quiet" };
    case "failed":
      return { text: "Failed", tone: "danger" };
    case "connecting":
      return tab.state.waitsForLogin ? { text: "Sign-in", tone: "warn" } : null;
    case "connected":
      return null;
  }
}
