import { expect, test } from "vitest";
import type { EcsContainerView, EcsTaskView, PairView } from "../../ipc/contract";
import { mockPairs } from "../../ipc/mock/world";
import { type Branch, refusalOf, rowsOf } from "./container-rows";

const [pair] = mockPairs(1) as [PairView];
const key = `p${pair.id}`;

const container = (over: Partial<EcsContainerView> = {}): EcsContainerView => ({
  name: "app",
  image: "app:1",
  status: "RUNNING",
  agentStatus: "RUNNING",
  target: "ecs:shop_1_1-1",
  ...over,
});
const task = (over: Partial<EcsTaskView> = {}): EcsTaskView => ({
  id: "0123456789abcdef",
  definition: "app:1",
  status: "RUNNING",
  takesCommands: true,
  startedAtMs: null,
  containers: [container()],
  ...over,
});
const rows = (opened: string[], branches: [string, Branch][]) =>
  rowsOf({ pairs: [pair], opened: new Set(opened), branches: new Map(branches) }).map(({ kind, title }) => [
    kind,
    title,
  ]);

test("what is not read yet, empty or refused is said where it would stand", () => {
  expect(rows([], [])).toEqual([["pair", pair.profile]]);
  expect(rows([key], [])[1]).toEqual(["note", "Reading the clusters"]);
  expect(rows([key], [[key, { clusters: [] }]])[1]).toEqual(["note", "No cluster of ECS here."]);
  const error = { code: "denied", message: "You may not.", nextStep: "Ask.", detail: null };
  expect(rows([key], [[key, { error }]])[1]).toEqual(["note", "You may not."]);
});

test("an open cluster shows its services with their tasks and containers, and that there are more", () => {
  const contents = {
    services: [
      { name: null, tasks: [task()] },
      { name: "idle", tasks: [] },
    ],
    moreTasks: true,
  };
  const branches: [string, Branch][] = [
    [key, { clusters: [{ name: "shop", arn: "arn" }] }],
    [`${key}/shop`, { contents }],
  ];
  expect(rows([key, `${key}/shop`], branches).slice(1)).toEqual([
    ["cluster", "shop"],
    ["service", "Without a service"],
    ["task", "012345…cdef"],
    ["container", "app"],
    ["service", "idle"],
    ["note", "There are more tasks than are shown."],
  ]);
  expect(rows([key, `${key}/shop`, `-${key}/shop/`], branches)[3]).toEqual(["service", "idle"]);
});

test("why a container takes no session is named", () => {
  expect(refusalOf(task(), container())).toBeNull();
  expect(refusalOf(task({ takesCommands: false }), container())).toContain("without ECS Exec");
  expect(refusalOf(task(), container({ target: null }))).toContain("does not run yet");
  expect(refusalOf(task(), container({ agentStatus: "STOPPED" }))).toContain("stopped");
});
