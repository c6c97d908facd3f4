/** Team files: connections that others keep in files, and their rows. */
import { create } from "zustand";
import { client } from "../ipc/client";
import type { ConnectionView, GroupView, TeamFileView } from "../ipc/contract";
import { attempt } from "../window/attempt";

export const useTeamFiles = create<{ files: readonly TeamFileView[] }>(() => ({ files: [] }));

/** Asks for them anew: the world may be another one. */
export async function readTeamFiles() {
  await attempt(async () => useTeamFiles.setState({ files: await client.teamFiles() }));
}

/** Folds at once; the program remembers it. */
export function foldTeamFile(file: TeamFileView) {
  const collapsed = !file.collapsed;
  const folded = (other: TeamFileView) => (other.id === file.id ? { ...other, collapsed } : other);
  useTeamFiles.setState(({ files }) => ({ files: files.map(folded) }));
  void attempt(() => client.setTeamFileCollapsed(file.id, collapsed));
}

/** A row of the list of team files. */
export type TeamRow =
  | { kind: "file"; key: string; file: TeamFileView; count: number }
  | { kind: "group"; key: string; level: number; group: GroupView }
  | { kind: "connection"; key: string; level: number; file: TeamFileView; connection: ConnectionView };

/** The rows of all files, as far as they match what is searched for; a search opens what is folded. */
export function teamRows(files: readonly TeamFileView[], search: string): TeamRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return files.flatMap((file) => rowsOfFile(file, words));
}

function rowsOfFile(file: TeamFileView, words: readonly string[]): TeamRow[] {
  const matching = file.connections.filter((connection) => matches(connection, words));
  if (words.length > 0 && matching.length === 0) return [];
  const head: TeamRow = { kind: "file", key: `f:${file.id}`, file, count: matching.length };
  if (file.collapsed && words.length === 0) return [head];
  return [head, ...inside(file, null, 1, matching)];
}

/** What stands in a group, or at the top; groups without a matching connection are left out. */
function inside(
  file: TeamFileView,
  parent: number | null,
  level: number,
  matching: readonly ConnectionView[],
): TeamRow[] {
  const groups = file.groups.filter((group) => group.draft.parent === parent);
  const rows = groups.flatMap((group): TeamRow[] => {
    const below = inside(file, group.id, level + 1, matching);
    const key = `f:${file.id}/g:${group.id}`;
    return below.length === 0 ? [] : [{ kind: "group", key, level, group }, ...below];
  });
  const own = matching.filter(({ draft }) => draft.group === parent);
  const connections = own.map(
    (connection): TeamRow => ({
      kind: "connection",
      key: `f:${file.id}/c:${connection.id}`,
      level,
      file,
      connection,
    }),
  );
  return [...rows, ...connections];
}

function matches(connection: ConnectionView, words: readonly string[]): boolean {
  const { name, target, query, tags, description } = connection.draft;
  const scope = [connection.effectiveProfile?.value, connection.effectiveRegion?.value];
  const text = [name, target, query?.text, ...tags, description, ...scope].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}
