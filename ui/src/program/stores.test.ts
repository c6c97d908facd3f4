import { beforeEach, expect, test } from "vitest";
import { replaceFleet, totalOf, useFleet } from "../fleet/fleet";
import type { AppEvent, BootstrapView, ErrorView, GroupView, TabView } from "../ipc/contract";
import { mockPairs } from "../ipc/mock/world";
import { tab as sample, saved, savedGroup } from "../samples.test.helper";
import { inheritance, useConnections, wouldInherit } from "../saved/connections";
import { closedTabs } from "../sessions/closed-tabs";
import { noSessions, useSessions, withOutput, withTab } from "../sessions/sessions";
import { close, showNotices, useToasts } from "../window/toasts";
import { emptyLayout } from "../workbench/layout";
import { activateTab, arrangeTabs, dropTab, keepTab, tabsNow, useLayout } from "../workbench/tabs";
import { adoptSnapshot, applyEvent } from "./events";
import { useProgram } from "./program";

const [pair, other] = mockPairs(2);
if (pair === undefined || other === undefined) throw new Error("there are pairs");

function tab(id: number, state: TabView["state"] = { kind: "connected", sinceMs: 0 }): TabView {
  return sample({ id, state });
}

function snapshot(change: Partial<BootstrapView> = {}): BootstrapView {
  return {
    version: "1",
    drawing: "system",
    mode: "aws",
    awsConfigPath: "~/.aws/config",
    profiles: { profiles: [], error: null },
    signIns: { signIns: [], error: null },
    codes: [],
    consoles: [],
    logins: [],
    mfa: [],
    settings: useProgram.getState().settings,
    pairs: [],
    groups: [],
    connections: [],
    smartGroups: [],
    used: [],
    forwards: [],
    fleet: { revision: 1, pairs: [] },
    tabs: [],
    history: { targets: [], profiles: [], regions: [] },
    notices: [],
    ...change,
  };
}

beforeEach(() => {
  useSessions.setState(noSessions(), true);
  useLayout.setState(emptyLayout(), true);
  replaceFleet([], { revision: 0, pairs: [] });
  useToasts.setState({ toasts: [], said: "" });
  closedTabs.clear();
});

test("output marks a hidden tab until it is shown", () => {
  [1, 2].map((id) => keepTab(tab(id)));
  activateTab(1);
  useSessions.setState((now) => withOutput(now, 2, true));
  expect([...useSessions.getState().unseen]).toEqual([2]);
  expect(withOutput(useSessions.getState(), 2, true)).toBe(useSessions.getState());
  activateTab(2);
  expect(useSessions.getState().unseen.size).toBe(0);
});

test("the tab that comes into view when another is closed is seen", () => {
  [1, 2].map((id) => keepTab(tab(id)));
  activateTab(2);
  useSessions.setState((now) => withOutput(now, 1, true));
  dropTab(2);
  expect(useLayout.getState().active).toBe(1);
  expect(useSessions.getState().unseen.size).toBe(0);
});

test("after the page was loaded anew tabs stand as they did, and a tab that was never shown is the first", () => {
  useSessions.setState({ tabs: [tab(1), tab(2), tab(3)] });
  arrangeTabs(useSessions.getState().tabs, [3, 1, 9], 1);
  expect(tabsNow().map(({ id }) => id)).toEqual([3, 1, 2]);
  expect(useLayout.getState().active).toBe(1);
  arrangeTabs(useSessions.getState().tabs, [3], 9);
  expect(useLayout.getState().active).toBe(3);
});

test("what a page before has drawn marks no tab, and still counts as text that is there", () => {
  const now = withOutput(
    [1, 2].reduce((sessions, id) => withTab(sessions, tab(id)), noSessions()),
    2,
    false,
  );
  expect([...now.unseen]).toEqual([]);
  expect([...now.used]).toEqual([2]);
});

test("the steps to a prompt are collected once each and begin anew with the next session", () => {
  const step = (text: string) => tab(1, { kind: "connecting", step: text, waitsForLogin: false });
  let now = ["a", "a", "b"].reduce((sessions, text) => withTab(sessions, step(text)), noSessions());
  expect(now.steps.get(1)).toEqual(["a", "b"]);
  now = withTab(now, tab(1));
  expect(now.steps.has(1)).toBe(false);
});

test("events reach their store", () => {
  const events: AppEvent[] = [
    { kind: "pairs-changed", pairs: [pair], removals: [] },
    { kind: "fleet-changed", revision: 2, pairs: [{ pair: pair.id, nodes: 2 }] },
    { kind: "history-changed", history: { targets: ["i-1"], profiles: [], regions: [] } },
    { kind: "tab-changed", tab: tab(5) },
  ];
  events.forEach(applyEvent);
  expect(totalOf(useFleet.getState())).toBe(2);
  expect(useConnections.getState().history.targets).toEqual(["i-1"]);
  expect(useSessions.getState().tabs).toHaveLength(1);
  applyEvent({ kind: "tab-closed", id: 5 });
  expect(useSessions.getState().tabs).toHaveLength(0);
});

test("an event of pairs changes those that it names, in their places", () => {
  const [first, second, third] = mockPairs(3);
  if (first === undefined || second === undefined || third === undefined) throw new Error("there are pairs");
  applyEvent({ kind: "pairs-changed", pairs: [first, second], removals: [] });
  applyEvent({ kind: "pairs-changed", pairs: [{ ...first, enabled: false }, third], removals: [second.id] });
  expect(useFleet.getState().pairs.map(({ id, enabled }) => [id, enabled])).toEqual([
    [first.id, false],
    [third.id, third.enabled],
  ]);
});

test("a late event does not bring a closed tab back", () => {
  closedTabs.add(5);
  applyEvent({ kind: "tab-changed", tab: tab(5) });
  expect(useSessions.getState().tabs).toHaveLength(0);
});

const size = (revision: number, nodes: number) => ({ revision, pairs: [{ pair: pair.id, nodes }] });

test("events that come while a snapshot is on its way are applied after it", async () => {
  await adoptSnapshot(async () => {
    applyEvent({ kind: "fleet-changed", ...size(3, 2) });
    return snapshot({ pairs: [pair], fleet: size(2, 1) });
  });
  expect([useFleet.getState().revision, totalOf(useFleet.getState())]).toEqual([3, 2]);
});

test("what waited when the world changed is of the one before and is dropped", async () => {
  await adoptSnapshot(async () => {
    applyEvent({ kind: "fleet-changed", ...size(7, 5) });
    applyEvent({ kind: "world-changed" });
    applyEvent({ kind: "fleet-changed", ...size(2, 1) });
    return snapshot({ pairs: [pair] });
  });
  expect([useFleet.getState().revision, totalOf(useFleet.getState())]).toEqual([2, 1]);
});

test("a snapshot that fails lets the events that waited through", async () => {
  const asked = adoptSnapshot(async () => {
    applyEvent({ kind: "tab-changed", tab: tab(5) });
    throw new Error("no answer");
  });
  await expect(asked).rejects.toThrow("no answer");
  expect(useSessions.getState().tabs).toHaveLength(1);
});

test("a notice is shown once however often it comes", () => {
  const error: ErrorView = {
    code: "store",
    message: "The store was set aside.",
    nextStep: "Look at it.",
    detail: null,
  };
  applyEvent({ kind: "notice", error });
  applyEvent({ kind: "notice", error });
  expect(useToasts.getState().toasts).toHaveLength(1);
});

test("what a connection inherits is said with who set it", () => {
  const groups = [savedGroup(2, { name: "Payments on-call", profile: "acme-prod" })];
  const both = {
    ...saved({ id: 1, name: "x", group: 3 }),
    effectiveProfile: { value: "acme-prod", origin: "group", group: 2 },
    effectiveRegion: { value: "eu-west-1", origin: "default", group: null },
  } as const;
  expect(inheritance(both, groups)).toBe("Profile acme-prod from Payments on-call, Region eu-west-1 from the settings");
  const own = {
    ...both,
    effectiveProfile: { value: "a", origin: "connection", group: null },
    effectiveRegion: null,
  } as const;
  expect(inheritance(own, groups)).toBeNull();
});

test("an empty field says what it would inherit: group, then settings, then the AWS configuration", () => {
  const outer = savedGroup(1, { name: "On-call", profile: "acme-prod" });
  const inner: GroupView = {
    ...savedGroup(2, { name: "Ledger", parent: 1 }),
    effectiveProfile: { value: "acme-prod", origin: "group", group: 1 },
    effectiveRegion: { value: "eu-west-1", origin: "default", group: null },
  };
  const of = (own: "profile" | "region", group: GroupView | undefined, fallback: string | null) =>
    wouldInherit(own, group, fallback, [outer, inner]);
  expect(of("profile", inner, "acme-dev")).toEqual({ value: "acme-prod", from: "On-call" });
  expect(of("region", inner, "eu-west-1")).toEqual({ value: "eu-west-1", from: "the settings" });
  expect(of("region", undefined, null)).toEqual({ value: null, from: "the AWS configuration" });
  expect(of("region", undefined, "eu-west-1")).toEqual({ value: "eu-west-1", from: "the settings" });
});

test("what went wrong at the start counts as seen when all of it was closed", () => {
  const notice = (message: string): ErrorView => ({
    code: "store-set-aside",
    message,
    nextStep: "Look.",
    detail: null,
  });
  let seen = 0;
  showNotices([notice("one"), notice("two")], () => {
    seen += 1;
  });
  const [first, second] = useToasts.getState().toasts;
  close(first?.id ?? 0);
  expect(seen).toBe(0);
  close(second?.id ?? 0);
  expect(seen).toBe(1);
  expect(useToasts.getState().toasts).toEqual([]);
});
