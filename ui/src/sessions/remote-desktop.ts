/** The desktops of Windows nodes: the system's client on a forward, and the Administrator's password. */
import { isStopped, nodeTitle } from "../domain/node";
import { client } from "../ipc/client";
import type { NodeView } from "../ipc/contract";
import { openDialog } from "../window/dialogs";
import { recall, remember } from "../window/remembered";
import { showMessage } from "../window/toasts";

/** Where the path of the last key file is kept; the key itself never is. */
const STORED = "postern.remote-desktop";

export function hasDesktop(node: NodeView): boolean {
  return node.platform === "windows";
}

/** Whether it can be asked for now. */
export function canOpenDesktop(node: NodeView): boolean {
  return hasDesktop(node) && !isStopped(node);
}

export function askForDesktop(node: NodeView) {
  openDialog({ kind: "remote-desktop", node: node.key, only: null });
}

export function askForPassword(node: NodeView) {
  openDialog({ kind: "remote-desktop", node: node.key, only: "password" });
}

export function lastKeyFile(): string {
  const { keyFile } = recall(STORED);
  return typeof keyFile === "string" ? keyFile : "";
}

/** Opens the desktop; with a key file the password is put on the clipboard for it. A failure is the caller's to show. */
export async function openDesktop(node: NodeView, keyFile: string | null) {
  await client.openRemoteDesktop(node.key, keyFile);
  kept(keyFile);
  showMessage(`The remote desktop of ${nodeTitle(node)} opens in its own window.`);
}

/** The password never comes to the page: the program puts it on the clipboard. A failure is the caller's to show. */
export async function copyPassword(node: NodeView, keyFile: string) {
  const { clearsInSeconds } = await client.copyAdministratorPassword(node.key, keyFile);
  kept(keyFile);
  showMessage(
    `Copied the Administrator's password of ${nodeTitle(node)}. It leaves the clipboard in ${clearsInSeconds} s.`,
  );
}

function kept(keyFile: string | null) {
  if (keyFile !== null) remember(STORED, { keyFile });
}
