/** The containers of the stand-in: the same cluster in every pair. */
import type { EcsClusterView, EcsContentsView } from "../contract";

const TASK = "0f3a2b1c4d5e6f708192a3b4c5d6e7f8";

export const MOCK_CLUSTERS: EcsClusterView[] = [
  { name: "acme-batch", arn: "arn:aws:ecs:eu-central-1:111122223333:cluster/acme-batch" },
  { name: "acme-shop", arn: "arn:aws:ecs:eu-central-1:111122223333:cluster/acme-shop" },
];

export function contentsOf(cluster: EcsClusterView): EcsContentsView {
  if (cluster.name !== "acme-shop") return { services: [], moreTasks: false };
  const container = (name: string, running: boolean) => ({
    name,
    image: `111122223333.dkr.ecr.eu-central-1.amazonaws.com/${name}:stable`,
    status: "RUNNING",
    agentStatus: running ? "RUNNING" : null,
    target: `ecs:acme-shop_${TASK}_${TASK}-0123456789`,
  });
  const task = (id: string, definition: string, takesCommands: boolean, names: readonly string[]) => ({
    id,
    definition,
    status: "RUNNING",
    takesCommands,
    startedAtMs: Date.now() - 3_600_000,
    containers: names.map((name) => container(name, takesCommands)),
  });
  return {
    services: [
      { name: "ledger", tasks: [task("a".repeat(32), "ledger:4", false, ["ledger"])] },
      { name: "storefront", tasks: [task(TASK, "storefront:12", true, ["app", "proxy"])] },
    ],
    moreTasks: false,
  };
}
