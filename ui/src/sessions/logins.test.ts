import { beforeEach, expect, test } from "vitest";
import type { ErrorView, TabView } from "../ipc/contract";
import { mock } from "../ipc/mock/backend";
import { applyEvent } from "../program/events";
import { tab } from "../samples.test.helper";
import { logins, noticesOfTabs, useLogins } from "./logins";
import { listenToNetwork } from "./network";
import { noSessions, useSessions } from "./sessions";

const expired = (who: string): ErrorView => ({
  code: "credentials-expired",
  message: `The sign-in of ${who} has expired.`,
  nextStep: "Sign in again.",
  detail: null,
});

function resuming(id: number, profile: string | null, waitsForLogin: boolean, lastError: ErrorView | null): TabView {
  const state = {
    kind: "resuming",
    sinceMs: 0,
    attempts: 1,
    heldBytes: 0,
    nextTryAtMs: null,
    waitsForLogin,
    lastError,
  } as const;
  return tab({ id, profile, state });
}

const notices = () => useLogins.getState().notices;

beforeEach(() => {
  useLogins.setState({ notices: [] });
  useSessions.setState(noSessions(), true);
  mock.calls.length = 0;
});

test("a lapse is one notice for each profile, changed in place", () => {
  applyEvent({ kind: "login-wanted", profile: "acme-prod", sessions: 1, error: expired("acme-prod") });
  applyEvent({ kind: "login-wanted", profile: null, sessions: 1, error: expired("the default credentials") });
  applyEvent({ kind: "login-wanted", profile: "acme-prod", sessions: 3, error: expired("acme-prod") });
  expect(notices().map(({ profile, sessions }) => [profile, sessions])).toEqual([
    ["acme-prod", 3],
    [null, 1],
  ]);
});

test("a settled sign-in takes its own notice away and no other", () => {
  applyEvent({ kind: "login-wanted", profile: "acme-prod", sessions: 1, error: expired("acme-prod") });
  applyEvent({ kind: "login-wanted", profile: null, sessions: 1, error: expired("the default credentials") });
  applyEvent({ kind: "login-settled", profile: null });
  expect(notices().map(({ profile }) => profile)).toEqual(["acme-prod"]);
});

test("a closed notice stays closed while the number changes, and comes back with the next lapse", () => {
  applyEvent({ kind: "login-wanted", profile: "acme-prod", sessions: 1, error: expired("acme-prod") });
  logins.hide("acme-prod");
  applyEvent({ kind: "login-wanted", profile: "acme-prod", sessions: 2, error: expired("acme-prod") });
  expect(notices()[0]).toMatchObject({ hidden: true, sessions: 2 });
  applyEvent({ kind: "login-settled", profile: "acme-prod" });
  applyEvent({ kind: "login-wanted", profile: "acme-prod", sessions: 1, error: expired("acme-prod") });
  expect(notices()[0]?.hidden).toBe(false);
});

test("after a reload the notices are made from the tabs that wait", () => {
  const error = expired("acme-prod");
  const made = noticesOfTabs([
    resuming(1, "acme-prod", true, null),
    resuming(2, "acme-prod", true, error),
    resuming(3, "acme-dev", false, null),
    resuming(4, null, true, null),
  ]);
  expect(made.map(({ profile, sessions }) => [profile, sessions])).toEqual([
    ["acme-prod", 2],
    [null, 1],
  ]);
  expect(made[0]?.error).toBe(error);
  expect(made[1]?.error.message).toBe("The sign-in of the default credentials has expired.");
});

test("when the line is back the program is told, as long as a session is being resumed", () => {
  const stop = listenToNetwork();
  const told = () => mock.calls.filter(({ name }) => name === "networkBack").length;
  const connected: TabView = { ...resuming(1, null, false, null), state: { kind: "connected", sinceMs: 0 } };
  useSessions.setState({ ...noSessions(), tabs: [connected] }, true);
  window.dispatchEvent(new Event("online"));
  expect(told()).toBe(0);
  useSessions.setState({ ...noSessions(), tabs: [connected, resuming(2, null, false, null)] }, true);
  window.dispatchEvent(new Event("online"));
  expect(told()).toBe(1);
  stop();
  window.dispatchEvent(new Event("online"));
  expect(told()).toBe(1);
});
