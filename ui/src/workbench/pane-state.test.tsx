import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TabView } from "../ipc/contract";
import { mock } from "../ipc/mock/backend";
import { tab as sampleTab } from "../samples.test.helper";
import { logins, useLogins } from "../sign-in/logins";
import { useDialogs } from "../window/dialogs";
import { PaneStatus } from "./pane-state";

const NOW = new Date("2026-07-21T09:41:00").getTime();

function tab(state: TabView["state"], own: Partial<TabView> = {}): TabView {
  const place = { title: "ledger-db-1", profile: "acme-prod", region: "eu-central-1", environment: "prod" } as const;
  return sampleTab({ ...place, state, ...own });
}

function resuming(own: Partial<Extract<TabView["state"], { kind: "resuming" }>> = {}): TabView {
  return tab({
    kind: "resuming",
    sinceMs: NOW - 130_000,
    attempts: 3,
    heldBytes: 6,
    nextTryAtMs: NOW + 4000,
    waitsForLogin: false,
    lastError: null,
    ...own,
  });
}

const EXPIRED = { code: "credentials-expired", message: "Expired.", nextStep: "Sign in.", detail: null };

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  useLogins.setState({ notices: [] });
  mock.calls.length = 0;
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test("a lost link says since when, how often, when next, what is held and why", () => {
  render(<PaneStatus tab={resuming({ lastError: { ...EXPIRED, message: "It cannot be reached." } })} />);
  const text = screen.getByTestId("resuming").textContent;
  for (const part of ["09:3", "Resuming for 2 m 10 s, attempt 3.", "Next try in 4 s.", "6 bytes", "cannot be reached"])
    expect(text).toContain(part);
});

test("the next try counts down by itself", () => {
  render(<PaneStatus tab={resuming()} />);
  act(() => vi.advanceTimersByTime(3000));
  expect(screen.getByTestId("next-try").textContent).toBe("Next try in 1 s.");
  act(() => vi.advanceTimersByTime(2000));
  expect(screen.getByTestId("next-try").textContent).toBe("Trying now.");
});

test("Try now asks for this session's resume", () => {
  render(<PaneStatus tab={resuming()} />);
  screen.getByTestId("resume-now").click();
  expect(mock.calls.filter(({ name }) => name === "retryResume").map(({ args }) => args)).toEqual([[1]]);
});

test("what has no room in the line is told in a dialog, word for word", () => {
  const error = { ...EXPIRED, message: "It cannot be reached.", detail: "connection refused" };
  render(<PaneStatus tab={resuming({ lastError: error })} />);
  screen.getByTestId("show-cause").click();
  expect(useDialogs.getState().open).toEqual({ kind: "cause", title: "The link to ledger-db-1 is lost", error });
});

const WAITING = { sessions: 1, pairs: 0, forwards: 0 };

test("a session that waits for a sign-in has no button of its own while the notice has it", () => {
  const own = {
    id: "profile acme-prod",
    signIn: null,
    console: null,
    profiles: ["acme-prod"],
    error: EXPIRED,
    ...WAITING,
  };
  logins.wanted(own);
  render(<PaneStatus tab={resuming({ waitsForLogin: true, nextTryAtMs: null })} />);
  expect(screen.getByTestId("waits-for-login").textContent).toContain("Waits for a new sign-in to acme-prod.");
  expect(screen.queryByRole("button")).toBeNull();
  act(() => logins.hide(own.id));
  screen.getByRole("button", { name: "I have signed in" }).click();
  expect(mock.calls.filter(({ name }) => name === "answerLogin").map(({ args }) => args)).toEqual([[own.id]]);
  act(() => {
    logins.settled(own.id);
    logins.wanted({ ...own, id: "sign-in acme-sso", signIn: "acme-sso" });
    logins.hide("sign-in acme-sso");
  });
  expect(screen.getByTestId("waits-for-login").textContent).toContain("Waits for a new sign-in to acme-sso.");
  screen.getByTestId("pane-sign-in").click();
  expect(useDialogs.getState().open).toEqual({ kind: "sign-in", key: "acme-sso", next: null });
});

test("the exit status is said calmly, and what ran can run again", () => {
  const ended = { kind: "ended", atMs: NOW, reason: "The command ended." } as const;
  const ran = { document: "acme-RestartService" };
  const { rerender } = render(<PaneStatus tab={tab(ended, { ...ran, exitStatus: 0 })} />);
  expect(screen.getByTestId("exit-status").querySelector("[data-tone=ok]")?.textContent).toBe("Exit status 0");
  rerender(<PaneStatus tab={tab(ended, { ...ran, exitStatus: 3 })} />);
  expect(screen.getByTestId("exit-status").querySelector("[data-tone=warn]")?.textContent).toBe("Exit status 3");
  rerender(<PaneStatus tab={tab(ended, { ...ran, exitStatus: -1 })} />);
  expect(screen.getByTestId("exit-status").textContent).toBe("Killed by a signal");
  expect(screen.getByTestId("reconnect").textContent).toBe("Run again");
  rerender(<PaneStatus tab={tab(ended)} />);
  expect(screen.queryByTestId("exit-status")).toBeNull();
  expect(screen.getByTestId("reconnect").textContent).toBe("New session");
});
