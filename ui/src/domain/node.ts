/** What a synced node's state means. */
import type { NodeView } from "../ipc/contract";

const STOPPED_STATES: ReadonlySet<NodeView["state"]> = new Set(["stopping", "stopped", "shutting-down", "terminated"]);

/** Whether no session can be started, because the instance is off or on its way there. */
export function isStopped(node: NodeView): boolean {
  return STOPPED_STATES.has(node.state);
}

/** Whether it is an instance that a start brings back; one that is stopping has to stop first. */
export function canBeStarted(node: NodeView): boolean {
  return node.kind !== "hybrid" && (node.state === "stopped" || node.state === "stopping");
}

/** What to call a node: its name, or its id when it has none. */
export function nodeTitle(node: NodeView): string {
  return node.name === "" ? node.id : node.name;
}

/** State of instance and agent in words: ["running", "agent online"]. */
export function nodeStateWords(node: NodeView): string[] {
  const state = node.state === "unknown" ? [] : [STATE_WORDS[node.state]];
  return [...state, PING_WORDS[node.ping]];
}

const STATE_WORDS: Record<NodeView["state"], string> = {
  pending: "starting",
  running: "running",
  stopping: "stopping",
  stopped: "stopped",
  "shutting-down": "shutting down",
  terminated: "terminated",
  unknown: "",
};

const PING_WORDS: Record<NodeView["ping"], string> = {
  online: "agent online",
  lost: "agent lost",
  inactive: "agent inactive",
  "no-agent": "no agent",
  unknown: "agent not asked",
};
