/** Starting, stopping and rebooting nodes on the stand-in: what is asked first, what is told, and how far it is. */
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { NodeView } from "../ipc/contract";
import { mock } from "../ipc/mock/backend";
import { chooseMode } from "../program/mode";
import { start } from "../program/start";
import { tab } from "../samples.test.helper";
import { connectNode } from "../sessions/actions";
import { useSessions } from "../sessions/sessions";
import { PowerState } from "../status/power-state";
import { type Confirm, useDialogs } from "../window/dialogs";
import { useToasts } from "../window/toasts";
import { PaneCover } from "../workbench/pane-state";
import { canReboot, canStart, canStop, forgetPower, orderPower, powerChanged } from "./power";

let production: NodeView;
let development: NodeView;

beforeEach(async () => {
  mock.mode = "first-run";
  mock.failNext.clear();
  useDialogs.setState({ open: null, question: null, palette: null });
  useToasts.setState({ toasts: [], said: "" });
  forgetPower();
  await start();
  await chooseMode("demo");
  mock.calls.length = 0;
  production = runningOf("acme-prod");
  development = runningOf("acme-dev");
});

afterEach(cleanup);

function runningOf(profile: string): NodeView {
  const pair = mock.fleet.pairs.find((one) => one.profile === profile);
  const fits = (node: NodeView) => node.pair === pair?.id && node.state === "running" && node.kind !== "hybrid";
  return mock.fleet.all().find(fits) as NodeView;
}

const stopped = (node: NodeView): NodeView => ({ ...node, state: "stopped" });
const called = (name: string) => mock.calls.filter((call) => call.name === name).map(({ args }) => args);
const question = () => useDialogs.getState().open as Confirm | null;

test("an order fits the state that the instance is in", () => {
  const can = (node: NodeView) => [canStart, canStop, canReboot].map((fits) => fits(node));
  expect(can(development)).toEqual([false, true, true]);
  expect(can(stopped(development))).toEqual([true, false, false]);
  expect(can({ ...development, state: "pending" })).toEqual([false, true, false]);
  expect(can({ ...development, state: "terminated" })).toEqual([false, false, false]);
  expect(can({ ...development, kind: "hybrid" })).toEqual([false, false, false]);
});

test("what ends sessions and what is production asks first, a start elsewhere does not", async () => {
  await act(async () => orderPower("start", [stopped(development)]));
  expect(question()).toBeNull();
  expect(called("powerNodes")).toEqual([["start", [development.key]]]);
  orderPower("stop", [development]);
  expect(question()).toMatchObject({ danger: true, action: "Stop", text: "Sessions on it end." });
  orderPower("start", [stopped(production)]);
  expect(question()).toMatchObject({ danger: false, text: "It is production." });
  orderPower("reboot", [production, development]);
  expect(question()).toMatchObject({
    title: "Reboot 2 nodes?",
    text: "1 of them are production. Sessions on them end.",
  });
  expect(called("powerNodes")).toHaveLength(1);
  await act(async () => question()?.run());
  expect(called("powerNodes").at(-1)).toEqual(["reboot", [production.key, development.key]]);
});

test("the status bar counts an order, and its end is told with the first reason", () => {
  render(<PowerState />);
  expect(screen.queryByTestId("status-power")).toBeNull();
  const error = { code: "denied", message: "You may not.", nextStep: "Ask.", detail: null };
  const failures = ["web-1", "web-2"].map((name) => ({ key: name, name, error }));
  const task = { id: 7, order: "stop" as const, name: null, total: 5, done: 1, failures, over: false };
  act(() => powerChanged(task));
  expect(screen.getByTestId("status-power").textContent).toBe("Stopping 3 of 5");
  act(() => powerChanged({ ...task, done: 3, over: true }));
  expect(screen.queryByTestId("status-power")).toBeNull();
  const texts = useToasts.getState().toasts.map(({ text }) => text);
  expect(texts).toEqual(["3 of 5 nodes have stopped.", "web-1: You may not. The same or alike of 1 more."]);
});

test("connecting to a stopped node offers to start it first", async () => {
  connectNode(stopped(development));
  expect(question()).toMatchObject({ action: "Start and connect" });
  await act(async () => question()?.run());
  expect(called("connect")[0]?.[0]).toEqual({ kind: "started-node", key: development.key });
  useDialogs.setState({ open: null });
  connectNode({ ...development, state: "terminated" });
  expect(question()).toMatchObject({ action: "Connect anyway" });
});

test("a pane counts how long an instance is waited for, and can stop waiting", () => {
  const wait = { sinceMs: Date.now() - 12_500, limitS: 60, attempts: 4 };
  const state = {
    kind: "connecting" as const,
    step: "Waiting until its agent is connected",
    waitsForLogin: false,
    wait,
  };
  const waiting = tab({ id: 9, state });
  useSessions.setState({ tabs: [waiting], steps: new Map([[9, [state.step]]]) });
  render(<PaneCover tab={waiting} />);
  expect(screen.getByTestId("wait-count").textContent).toBe("12 s of 60 s, attempt 4");
  fireEvent.click(screen.getByTestId("stop-waiting"));
  expect(called("closeTab")).toEqual([[9]]);
});
