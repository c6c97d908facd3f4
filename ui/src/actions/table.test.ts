import { expect, test } from "vitest";
import { nodeTitle } from "../domain/node";
import { replaceFleet, useFleet } from "../fleet/fleet";
import { useSelection } from "../fleet/selection";
import type { NodeView, PairView, TabView } from "../ipc/contract";
import { mockNodes, mockPairs } from "../ipc/mock/world";
import { useProgram } from "../program/program";
import { forward, saved, savedGroup, tab } from "../samples.test.helper";
import type { Action, Actions } from "./action";
import { keysOf } from "./keymap";
import { menuOf } from "./menus";
import { offeredActions } from "./offered";
import { type ActionId, TABLE } from "./table";

const [pair] = mockPairs(1) as [PairView];
const [node] = mockNodes(pair, 1, 0) as [NodeView];
const group = savedGroup(1, { name: "On call" });

/** Something of each kind that actions are done with. */
const SUBJECTS: Record<keyof typeof TABLE, unknown> = {
  window: undefined,
  login: {
    id: "profile acme-prod",
    signIn: null,
    console: null,
    profiles: ["acme-prod"],
    sessions: 1,
    pairs: 0,
    error: { code: "", message: "", nextStep: "", detail: null },
    hidden: false,
  },
  signIn: {
    key: "acme-sso",
    startUrl: "https://acme.awsapps.com/start",
    region: "eu-central-1",
    legacy: false,
    profiles: [],
    state: { kind: "signed-out" },
  },
  mfa: {
    id: 1,
    device: "arn:aws:iam::111122223333:mfa/ops",
    profile: "acme-prod",
    role: "ops",
    account: null,
    retry: null,
  },
  node,
  nodes: ["1/i-0a1b2c3d4e5f60718", "1/i-0a1b2c3d4e5f60719"],
  connection: saved({ id: 7, name: "ledger" }),
  group,
  pair,
  forward: forward({ draft: { name: "Ledger", isWeb: true } }),
  forwardGroup: { name: "Databases", forwards: [forward()] },
  tab: tab({ encryptionKey: "arn:aws:kms:eu-central-1:1:key/1" }) as TabView,
};

const every = Object.entries(TABLE).flatMap(([on, actions]) =>
  Object.entries<Action<never>>(actions as Actions<never>).map(([id, action]) => ({
    on: on as keyof typeof TABLE,
    id: id as ActionId,
    action,
    subject: SUBJECTS[on as keyof typeof TABLE] as never,
  })),
);

test("an action has one name in the table, and words for palette and menus", () => {
  expect(new Set(every.map(({ id }) => id)).size).toBe(every.length);
  for (const { id, action, subject } of every) {
    expect(action.title(subject).length, id).toBeGreaterThan(2);
    expect(action.label?.(subject), id).not.toBe("");
  }
});

test("no keys mean two actions", () => {
  const bound = every.flatMap(({ action: { keys = [] } }) => keys);
  expect(new Set(bound).size).toBe(bound.length);
  for (const platform of ["Ctrl", "Cmd"]) {
    const pressed = bound.map((keys) => keys.replace("Mod", platform));
    expect(new Set(pressed).size).toBe(pressed.length);
  }
  for (const on of ["node", "connection", "group", "forward"]) {
    const keys = every.flatMap(({ on: other, action: { rowKey } }) => (other === on && rowKey ? [rowKey] : []));
    expect(new Set(keys).size, on).toBe(keys.length);
  }
});

test("what shows the keys of another action names one that has keys", () => {
  for (const { id, action } of every) if (action.keysOf !== undefined) expect(keysOf(id, false), id).not.toEqual([]);
});

test("menus are made of the table: label, keys and what is done come from there, and no line stands alone", () => {
  const entries = menuOf(
    "tab",
    ["line", "retry-resume", "line", "duplicate-session", "line", "copy-key"],
    SUBJECTS.tab,
  );
  expect(entries.map((entry) => (entry === "line" ? "line" : entry.label))).toEqual([
    "Duplicate session",
    "line",
    "Copy the KMS key's ARN",
  ]);
  expect(entries[0]).toMatchObject({ keys: keysOf("duplicate-session") });
});

test("the palette offers what applies, each once, and no more than the table lists", () => {
  replaceFleet([pair], { revision: 1, pairs: [{ pair: pair.id, nodes: 1 }] });
  useFleet.setState(({ nodes }) => ({ nodes: nodes.showing([node]) }));
  useProgram.setState({ mode: "aws" });
  useSelection.setState({ selected: `n:${node.key}` });
  const offers = offeredActions();
  expect(offers[0]?.id).toBe("connect");
  expect(offers.map(({ title }) => title)).toContain(`Connect to ${nodeTitle(node)}`);
  expect(new Set(offers.map(({ key }) => key)).size).toBe(offers.length);
  const listed = new Set(every.filter(({ action }) => action.listed !== false).map(({ id }) => id));
  for (const { id } of offers) expect(listed.has(id), id).toBe(true);
  expect(offers.map(({ id }) => id)).not.toContain("leave-demo");
  useProgram.setState({ mode: "first-run" });
  expect(offeredActions().map(({ id }) => id)).toEqual(["use-aws", "new-center", "open-demo"]);
});
