/** The environments that colour profiles, in their order and by their names. */
import type { Environment } from "../ipc/contract";

export const ENVIRONMENT_NAMES: Record<Environment, string> = {
  prod: "Production",
  stage: "Staging",
  dev: "Development",
  data: "Data",
  shared: "Shared",
  edge: "Edge",
};

export const ENVIRONMENTS: readonly Environment[] = ["prod", "stage", "dev", "data", "shared", "edge"];
