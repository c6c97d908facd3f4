import { beforeEach, expect, test } from "vitest";
import type { TabView } from "../ipc/contract";
import { mock } from "../ipc/mock/backend";
import { tab } from "../samples.test.helper";
import { listenToNetwork } from "./network";
import { noSessions, useSessions } from "./sessions";

function resuming(id: number): TabView {
  const state = {
    kind: "resuming",
    sinceMs: 0,
    attempts: 1,
    heldBytes: 0,
    nextTryAtMs: null,
    waitsForLogin: false,
    lastError: null,
  } as const;
  return tab({ id, state });
}

beforeEach(() => {
  useSessions.setState(noSessions(), true);
  mock.calls.length = 0;
});

test("when the line is back the program is told, as long as a session is being resumed", () => {
  const stop = listenToNetwork();
  const told = () => mock.calls.filter(({ name }) => name === "networkBack").length;
  const connected: TabView = { ...resuming(1), state: { kind: "connected", sinceMs: 0 } };
  useSessions.setState({ ...noSessions(), tabs: [connected] }, true);
  window.dispatchEvent(new Event("online"));
  expect(told()).toBe(0);
  useSessions.setState({ ...noSessions(), tabs: [connected, resuming(2)] }, true);
  window.dispatchEvent(new Event("online"));
  expect(told()).toBe(1);
  stop();
  window.dispatchEvent(new Event("online"));
  expect(told()).toBe(1);
});
