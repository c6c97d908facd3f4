/** Connections from files and into them: what a person can ask for. */
import { client } from "../ipc/client";
import type { ImportReviewView } from "../ipc/contract";
import { counted } from "../kit/words";
import { offerUndo } from "../saved/changes";
import { attempt } from "../window/attempt";
import { openDialog } from "../window/dialogs";
import { showMessage } from "../window/toasts";

export function importConnections() {
  openDialog({ kind: "import" });
}

/** The places of the entries that are taken, in the lists of a review. */
export interface Chosen {
  groups: ReadonlySet<number>;
  connections: ReadonlySet<number>;
}

/** Writes what was chosen, with the way back. */
export async function applyImport(review: ImportReviewView, chosen: Chosen) {
  const change = await client.applyImport(review.id, [...chosen.groups], [...chosen.connections]);
  const count = chosen.connections.size;
  offerUndo(change, count === 0 ? "Imported groups." : `Imported ${counted(count, "connection")}.`);
}

/** Writes all saved connections into a file that the person names. */
export async function exportConnections() {
  await attempt(async () => {
    const path = await client.chooseFile("Export connections", "connections.postern.json");
    if (path === null) return;
    await client.exportConnections(path);
    showMessage(`Exported to ${path}.`);
  });
}

/** Shows a file of connections that others keep beside one's own. */
export function addTeamFile() {
  openDialog({ kind: "team-file" });
}

export function removeTeamFile(id: number) {
  return attempt(() => client.removeTeamFile(id));
}
