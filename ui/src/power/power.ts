/** Nodes that were told to start, stop or reboot, and how far they are. */
import { create } from "zustand";
import { nodeTitle } from "../domain/node";
import { useFleet } from "../fleet/fleet";
import { client } from "../ipc/client";
import type { NodeView, PowerOrderView, PowerTaskView } from "../ipc/contract";
import { counted } from "../kit/words";
import { connectStarted } from "../sessions/actions";
import { attempt } from "../window/attempt";
import { openDialog } from "../window/dialogs";
import { announce, showFailure, showMessage } from "../window/toasts";

/** The orders that are under way, by their numbers. */
export const usePower = create<{ tasks: ReadonlyMap<number, PowerTaskView> }>(() => ({ tasks: new Map() }));

const DOING: Record<PowerOrderView, string> = { start: "Starting", stop: "Stopping", reboot: "Rebooting" };
const DONE: Record<PowerOrderView, string> = { start: "is up", stop: "has stopped", reboot: "reboots" };
const DONE_MANY: Record<PowerOrderView, string> = { start: "are up", stop: "have stopped", reboot: "reboot" };

/** Whether a node is one that AWS has power over. */
export function hasPower(node: NodeView): boolean {
  return node.kind !== "hybrid" && node.state !== "terminated" && node.state !== "shutting-down";
}

export function canStart(node: NodeView): boolean {
  return hasPower(node) && node.state === "stopped";
}

export function canStop(node: NodeView): boolean {
  return hasPower(node) && (node.state === "running" || node.state === "pending");
}

export function canReboot(node: NodeView): boolean {
  return hasPower(node) && node.state === "running";
}

/** Tells nodes what to do. Production asks first, and so does what ends sessions. */
export function orderPower(order: PowerOrderView, nodes: readonly NodeView[]) {
  const run = () => void give(order, nodes);
  const production = nodes.filter(isProduction).length;
  if (nodes.length === 0) return;
  if (order === "start" && production === 0) return run();
  openDialog({ kind: "confirm", ...question(order, nodes, production), danger: order !== "start", run });
}

/** Opens a tab that shows the start, the wait for the agent, and then the shell. Production asks first. */
export function startAndConnect(node: NodeView) {
  const run = () => void connectStarted(node);
  if (!isProduction(node)) return run();
  const words = { ...question("start", [node], 1), action: "Start and connect" };
  openDialog({ kind: "confirm", ...words, danger: false, run });
}

/** The program tells how far an order is. */
export function powerChanged(task: PowerTaskView) {
  const tasks = new Map(usePower.getState().tasks);
  if (task.over) tasks.delete(task.id);
  else tasks.set(task.id, task);
  usePower.setState({ tasks });
  if (task.over) tell(task);
}

export function forgetPower() {
  usePower.setState({ tasks: new Map() });
}

/** An order under way in words, such as "Starting 2 of 5". */
export function taskWords({ order, done, failures, total, name }: PowerTaskView): string {
  if (name !== null) return `${DOING[order]} ${name}`;
  return `${DOING[order]} ${done + failures.length} of ${total}`;
}

async function give(order: PowerOrderView, nodes: readonly NodeView[]) {
  await attempt(async () => {
    const keys = nodes.map(({ key }) => key);
    const task = await client.powerNodes(order, keys);
    announce(`${taskWords(task)}.`);
    if (!usePower.getState().tasks.has(task.id) && !task.over) powerChanged(task);
  });
}

function tell(task: PowerTaskView) {
  const { done, failures, name, order, total } = task;
  const [first] = failures;
  if (done > 0) {
    const text =
      name === null ? `${done} of ${counted(total, "node")} ${DONE_MANY[order]}.` : `${name} ${DONE[order]}.`;
    showMessage(text);
    announce(text);
  }
  if (first === undefined) return;
  const others = failures.length - 1;
  const more = others === 0 ? "" : ` The same or alike of ${others} more.`;
  showFailure({ ...first.error, message: `${first.name}: ${first.error.message}${more}` });
}

function question(order: PowerOrderView, nodes: readonly NodeView[], production: number) {
  const [first] = nodes;
  const one = nodes.length === 1 && first !== undefined ? nodeTitle(first) : null;
  const verb = order === "start" ? "Start" : order === "stop" ? "Stop" : "Reboot";
  const sessions = order === "start" ? "" : " Sessions on it end.".replace("it", one === null ? "them" : "it");
  const of = production === 0 ? "" : one === null ? ` ${production} of them are production.` : " It is production.";
  const title = `${verb} ${one ?? counted(nodes.length, "node")}?`;
  return { title, text: `${of}${sessions}`.trim(), action: verb };
}

function isProduction(node: NodeView): boolean {
  const pair = useFleet.getState().pairs.find(({ id }) => id === node.pair);
  return pair?.environment === "prod";
}
