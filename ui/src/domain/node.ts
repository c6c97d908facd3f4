/** What a synced node's state means. */
import type { NodeView } from "../ipc/contract";

const STOPPED_STATES: ReadonlySet<NodeView["state"]> = new Set(["stopping", "stopped", "shutting-down", "terminated"]);

/** Whether no session can be started, because the instance is off or on its way there. */
export function isStopped(node: NodeView): boolean {
  return STOPPED_STATES.has(node.state);
}
