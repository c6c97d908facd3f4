/** The rows of the tree of containers, from what was opened and what was read. */

import { shortId } from "../../domain/words";
import type { EcsContainerView, EcsContentsView, EcsTaskView, ErrorView, PairView } from "../../ipc/contract";
import { counted } from "../../kit/words";

/** What was read under a row; none while it is being read. */
export type Branch =
  | { clusters: readonly { name: string; arn: string }[] }
  | { contents: EcsContentsView }
  | { error: ErrorView };

export interface ContainerRow {
  key: string;
  /** 1 for pairs, 5 for containers. */
  level: number;
  title: string;
  /** Beside the title, quieter. */
  aside: string;
  /** Whether its children are shown; null where it has none. */
  open: boolean | null;
  kind: "pair" | "cluster" | "service" | "task" | "container" | "note";
  pair: PairView;
  /** What a session is asked for. */
  target?: string;
  /** Why no session can be opened in a container. */
  refusal?: string;
  error?: ErrorView;
}

interface Tree {
  pairs: readonly PairView[];
  opened: ReadonlySet<string>;
  branches: ReadonlyMap<string, Branch>;
}

export function rowsOf(tree: Tree): ContainerRow[] {
  return tree.pairs.flatMap((pair) => {
    const key = `p${pair.id}`;
    const open = tree.opened.has(key);
    const row: ContainerRow = { key, level: 1, title: pair.profile, aside: pair.region, open, kind: "pair", pair };
    return open ? [row, ...clusterRows(tree, pair, key)] : [row];
  });
}

function clusterRows(tree: Tree, pair: PairView, parent: string): ContainerRow[] {
  const branch = tree.branches.get(parent);
  if (branch === undefined || !("clusters" in branch)) return [noteOf(branch, pair, parent, 2, "Reading the clusters")];
  if (branch.clusters.length === 0) return [note(pair, parent, 2, "No cluster of ECS here.")];
  return branch.clusters.flatMap(({ name }) => {
    const key = `${parent}/${name}`;
    const open = tree.opened.has(key);
    const row: ContainerRow = { key, level: 2, title: name, aside: "cluster", open, kind: "cluster", pair };
    return open ? [row, ...serviceRows(tree, pair, key)] : [row];
  });
}

function serviceRows(tree: Tree, pair: PairView, parent: string): ContainerRow[] {
  const branch = tree.branches.get(parent);
  if (branch === undefined || !("contents" in branch)) return [noteOf(branch, pair, parent, 3, "Reading the tasks")];
  const { services, moreTasks } = branch.contents;
  if (services.length === 0) return [note(pair, parent, 3, "Nothing runs in this cluster.")];
  const rows = services.flatMap(({ name, tasks }) => {
    const key = `${parent}/${name ?? ""}`;
    const open = !tree.opened.has(`-${key}`);
    const aside = tasks.length === 0 ? "no task runs" : counted(tasks.length, "task");
    const title = name ?? "Without a service";
    const row: ContainerRow = { key, level: 3, title, aside, open, kind: "service", pair };
    return open ? [row, ...tasks.flatMap((task) => taskRows(tree, pair, key, task))] : [row];
  });
  return moreTasks ? [...rows, note(pair, `${parent}/more`, 3, "There are more tasks than are shown.")] : rows;
}

function taskRows(tree: Tree, pair: PairView, parent: string, task: EcsTaskView): ContainerRow[] {
  const key = `${parent}/${task.id}`;
  const open = !tree.opened.has(`-${key}`);
  const aside = [task.definition, task.status.toLowerCase(), task.takesCommands ? "" : "ECS Exec is off"];
  const row: ContainerRow = {
    key,
    level: 4,
    title: shortId(task.id),
    aside: aside.filter(Boolean).join(", "),
    open,
    kind: "task",
    pair,
  };
  return open ? [row, ...task.containers.map((container) => containerRow(pair, key, task, container))] : [row];
}

function containerRow(pair: PairView, parent: string, task: EcsTaskView, container: EcsContainerView): ContainerRow {
  const refusal = refusalOf(task, container);
  return {
    key: `${parent}/${container.name}`,
    level: 5,
    title: container.name,
    aside: container.image,
    open: null,
    kind: "container",
    pair,
    ...(container.target !== null && { target: container.target }),
    ...(refusal !== null && { refusal }),
  };
}

/** Why no session can be opened in a container; null if nothing speaks against it. */
export function refusalOf(task: EcsTaskView, container: EcsContainerView): string | null {
  if (!task.takesCommands)
    return "This task was started without ECS Exec. Turn it on for the service and start new tasks.";
  if (container.target === null) return "The container does not run yet.";
  const agent = container.agentStatus;
  if (agent !== null && agent !== "RUNNING")
    return `The agent of ECS Exec is ${agent.toLowerCase()} in this container.`;
  return null;
}

function noteOf(branch: Branch | undefined, pair: PairView, parent: string, level: number, waiting: string) {
  if (branch === undefined || !("error" in branch)) return note(pair, parent, level, waiting);
  return { ...note(pair, parent, level, branch.error.message), error: branch.error };
}

function note(pair: PairView, parent: string, level: number, text: string): ContainerRow {
  return { key: `${parent}/note`, level, title: text, aside: "", open: null, kind: "note", pair };
}
