// @vitest-environment node
import { expect, test } from "vitest";
import type { ConnectionView, NodeView } from "../ipc/contract";
import { mockNodes, mockPairs } from "../ipc/mock/world";
import { emptyConnection } from "../ipc/saved-drafts";
import { nothingInherited, savedGroup } from "../samples.test.helper";
import { connectionMatches, emptyTerm, nodeMatches, parseQuery } from "./query";

const [pair] = mockPairs(1);
if (pair === undefined) throw new Error("there is a pair");

function node(change: Partial<NodeView>): NodeView {
  const [made] = mockNodes(pair as NonNullable<typeof pair>, 1, 0);
  return { ...(made as NodeView), ...change };
}

function finds(text: string, change: Partial<NodeView>): boolean {
  return nodeMatches(parseQuery(text), node(change), pair);
}

const checkout = {
  name: "Checkout-API-2",
  id: "i-0a1b2c3d4e5f67890",
  state: "running",
  platform: "linux",
  privateIp: "10.42.18.207",
  tags: [
    { key: "team", value: "checkout" },
    { key: "owner", value: "Ada, Operations" },
    { key: "empty", value: "" },
  ],
} satisfies Partial<NodeView>;

test("words are parts of name, id or address, all of them, without case", () => {
  for (const text of ["checkout", "API 2", "0A1B2C", "18.207", "  check   out-api "])
    expect(finds(text, checkout)).toBe(true);
  for (const text of ["payments", "checkout payments"]) expect(finds(text, checkout)).toBe(false);
});

test("a tag matches by its key, or by its whole value", () => {
  expect(finds("tag:team", checkout)).toBe(true);
  expect(finds("tag:TEAM=Checkout", checkout)).toBe(true);
  expect(finds("tag:team=check", checkout)).toBe(false);
  expect(finds("tag:empty", checkout)).toBe(true);
  expect(finds("tag:missing", checkout)).toBe(false);
});

test("values after a comma are alternatives and quotation marks keep them together", () => {
  expect(finds("tag:team=payments,checkout", checkout)).toBe(true);
  expect(finds('tag:owner="Ada, Operations"', checkout)).toBe(true);
  expect(finds("tag:owner=Ada, Operations", checkout)).toBe(false);
});

test("the shown name is the tag Name", () => {
  expect(finds("tag:Name=checkout-api-2", checkout)).toBe(true);
  expect(finds("tag:name=checkout", checkout)).toBe(false);
});

test("keys name the field that is searched", () => {
  expect(finds("state:running platform:linux", checkout)).toBe(true);
  expect(finds("state:run", checkout)).toBe(false);
  expect(finds("profile:stage region:central", checkout)).toBe(true);
  expect(finds("name:10.42", checkout)).toBe(false);
});

test("what is unfinished does not narrow yet, and an unknown key is a plain word", () => {
  for (const text of ["", "tag:", "name:", '""']) expect(finds(text, checkout)).toBe(true);
  expect(finds("colour:red", checkout)).toBe(false);
  expect(finds("colour:red", { name: "colour:red" })).toBe(true);
});

test("the parts are the text, coloured", () => {
  const text = 'tag:team=a,b  shade:x name:"y z" plain';
  const { parts } = parseQuery(text);
  expect(parts.map((part) => part.text).join("")).toBe(text);
  expect(parts.filter((part) => part.role === "unknown").map((part) => part.text)).toEqual(["shade"]);
  expect(parts.filter((part) => part.role === "key").map((part) => part.text)).toEqual(["team", "name"]);
});

test("the first term that excludes everything is named", () => {
  const nodes = [node(checkout), node({ name: "ledger" })];
  const pairs = new Map([[pair.id, pair]]);
  expect(emptyTerm(parseQuery("checkout tag:team=nobody"), nodes, pairs)).toBe("tag:team=nobody");
  expect(emptyTerm(parseQuery("checkout ledger"), nodes, pairs)).toBeNull();
});

test("saved connections are found by name, target, label, group and what applies to them", () => {
  const connection: ConnectionView = {
    id: 1,
    draft: {
      ...emptyConnection(),
      name: "Ledger",
      group: 2,
      target: "mi-0123456789abcdef0",
      tags: ["on-call", "tier=db"],
    },
    ...nothingInherited(),
    effectiveProfile: { value: "acme-prod", origin: "group", group: 2 },
  };
  const group = savedGroup(2, { name: "Payments", profile: "acme-prod" });
  const found = (text: string) => connectionMatches(parseQuery(text), connection, group);
  for (const text of ["ledger", "mi-0123", "call", "payments", "tag:on-call", "tag:tier=db", "profile:prod"])
    expect(found(text)).toBe(true);
  for (const text of ["tag:tier=web", "state:running", "region:eu"]) expect(found(text)).toBe(false);
});
