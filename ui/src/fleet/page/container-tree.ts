/** What is opened of the tree of containers, and what was read of it. */
import { create } from "zustand";
import { client, errorView } from "../../ipc/client";
import { connect } from "../../sessions/actions";
import { openDialog } from "../../window/dialogs";
import type { Branch, ContainerRow } from "./container-rows";

interface ContainerTree {
  /** Keys of pairs and clusters that are open, and with a minus those of services and tasks that are folded. */
  opened: ReadonlySet<string>;
  branches: ReadonlyMap<string, Branch>;
  /** The key of the row that keys act on. */
  current: string | null;
}

export const useContainerTree = create<ContainerTree>(() => ({
  opened: new Set(),
  branches: new Map(),
  current: null,
}));

/** Opens a row or folds it. What is under a pair or a cluster is read at that moment. */
export function foldRow(row: ContainerRow) {
  if (row.open === null) return;
  const isRead = row.kind === "pair" || row.kind === "cluster";
  const name = isRead ? row.key : `-${row.key}`;
  useContainerTree.setState(({ opened }) => {
    const next = new Set(opened);
    if (!next.delete(name)) next.add(name);
    return { opened: next };
  });
  if (isRead && !row.open) void readRow(row);
}

/** Reads what is under a pair or a cluster; what was read before stays while that lasts. */
export async function readRow({ key, pair, kind, title }: ContainerRow) {
  const { branches } = useContainerTree.getState();
  const known = branches.get(key);
  if (known !== undefined && "error" in known) keep(key, undefined);
  try {
    if (kind === "pair") return keep(key, { clusters: await client.ecsClusters(pair.id) });
    const parent = branches.get(key.slice(0, key.indexOf("/")));
    const cluster =
      parent !== undefined && "clusters" in parent ? parent.clusters.find(({ name }) => name === title) : undefined;
    if (cluster !== undefined) keep(key, { contents: await client.ecsContents(pair.id, cluster) });
  } catch (thrown) {
    keep(key, { error: errorView(thrown) });
  }
}

function keep(key: string, branch: Branch | undefined) {
  useContainerTree.setState(({ branches }) => {
    const next = new Map(branches);
    if (branch === undefined) next.delete(key);
    else next.set(key, branch);
    return { branches: next };
  });
}

/** Reads again what is open. */
export function readOpen(rows: readonly ContainerRow[]) {
  for (const row of rows) if (row.open === true && (row.kind === "pair" || row.kind === "cluster")) void readRow(row);
}

/** Opens a shell in a container; why that will most likely not work is named first. */
export function connectContainer({ target, refusal, title, pair }: ContainerRow) {
  if (target === undefined) return;
  const { profile, region } = pair;
  const rest = { document: null, parameters: [], reason: null, encryption: null };
  const run = () => void connect({ kind: "typed", target, profile, region, ...rest });
  if (refusal === undefined) return run();
  openDialog({
    kind: "confirm",
    title: `${title} takes no sessions`,
    text: refusal,
    action: "Connect anyway",
    danger: false,
    run,
  });
}
