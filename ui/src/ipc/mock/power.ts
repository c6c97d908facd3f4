/** Instances that start, stop and reboot. */
import type { NodeView, PowerOrderView, PowerTaskView } from "../contract";
import type { MockFleet } from "./fleet";
import { type MockHost, refusal } from "./host";

const AIMS = { start: "running", stop: "stopped", reboot: "running" } as const;

export class MockPower {
  #last = 0;

  constructor(
    readonly host: MockHost,
    readonly fleet: MockFleet,
  ) {}

  order(order: PowerOrderView, keys: readonly string[]): PowerTaskView {
    const nodes = this.fleet.all().filter(({ key }) => keys.includes(key));
    const [first] = nodes;
    if (first === undefined) throw refusal("unknown-node", "This node no longer exists.", "Choose another one.");
    this.#last += 1;
    const name = nodes.length === 1 ? first.name : null;
    const task: PowerTaskView = {
      id: this.#last,
      order,
      name,
      total: nodes.length,
      done: 0,
      failures: [],
      over: false,
    };
    this.host.later(600, () => this.#finish(task, nodes));
    return task;
  }

  #finish(task: PowerTaskView, nodes: readonly NodeView[]) {
    for (const { pair } of nodes) {
      const all = this.fleet.nodes.get(pair) ?? [];
      const state = AIMS[task.order];
      const changed = all.map((node) => (nodes.some(({ key }) => key === node.key) ? { ...node, state } : node));
      this.fleet.setNodes(pair, changed);
    }
    this.host.emit({ kind: "power-changed", task: { ...task, done: task.total, over: true } });
  }
}
