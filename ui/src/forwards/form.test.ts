import { beforeEach, expect, test } from "vitest";
import type { ForwardDraftView, ForwardViaView } from "../ipc/contract";
import { forward } from "../samples.test.helper";
import type { NewForward } from "../window/dialogs";
import { type Around, CONFIRMATION, draftsOf, type ForwardValues, portsOf, problemsOf, valuesOf, waysOf } from "./form";
import { hasTags, tagsOf, tagText } from "./tags";
import { dialledAddress, hostsLine, kubeconfigLines, localAddress, memberWords, throughOf } from "./words";

const NODE = { kind: "node", profile: "acme-prod", region: "eu-central-1", node: "i-0a1b2c3d4e5f67890" } as const;
const choices = { byLabel: new Map([["bastion", NODE]]), first: "bastion" };
const PAIR = { profile: "acme-prod", region: "eu-central-1" } as Around["pairs"][number];
let around: Around;

beforeEach(() => {
  around = { id: null, choices, pairs: [PAIR], forwards: [], confirmed: null };
});

function values(change: Partial<ForwardValues> = {}): ForwardValues {
  const draft: NewForward = {
    name: "",
    group: "",
    via: NODE,
    localPort: null,
    bindAddress: null,
    destination: null,
    startsWithPostern: false,
    isWeb: false,
  };
  return { ...valuesOf(draft, choices, around.pairs), ...change };
}

const drafts = (change: Partial<ForwardValues>) => draftsOf(values(change), around);

test("one port makes one forward, several make a set with a name and a local port each that nobody has", () => {
  around = { ...around, forwards: [forward({ draft: { localPort: 15_432 } })] };
  expect(drafts({ port: "5432" })).toMatchObject([
    { name: "bastion 5432", localPort: 15_433, destination: { kind: "port", host: null, port: 5432 }, via: NODE },
  ]);
  expect(drafts({ port: "5432, 5433 6379", name: "Ledger" })).toMatchObject([
    { name: "Ledger 5432", localPort: 15_433 },
    { name: "Ledger 5433", localPort: 15_434 },
    { name: "Ledger 6379", localPort: 16_379 },
  ]);
  expect([portsOf("1,2"), portsOf("1,1"), portsOf("1,x"), portsOf(" , ")]).toEqual([[1, 2], null, null, null]);
});

test("a forward that there is has one port", () => {
  around = { ...around, id: 7 };
  expect(problemsOf(values({ port: "1, 2" }), around).port).toContain("One port");
  expect(drafts({ port: "1, 2" })).toBeNull();
});

test("a SOCKS proxy needs no port, and names what programs may reach", () => {
  const [proxy] = drafts({ kind: "socks", allowed: "10.88.0.0/16, *.internal" }) as [ForwardDraftView];
  expect(proxy).toMatchObject({
    name: "bastion SOCKS",
    localPort: 11_080,
    destination: { kind: "socks", allowed: ["10.88.0.0/16", "*.internal"] },
  });
  expect(drafts({ kind: "socks", isWeb: true })).toMatchObject([{ isWeb: false, destination: { allowed: [] } }]);
});

test("by tags it needs a pair and a tag, and what was saved comes back as it was written", () => {
  expect(problemsOf(values({ by: "tags", pair: "nowhere", tags: "" }), around)).toMatchObject({
    pair: expect.any(String),
    tags: expect.any(String),
  });
  const [saved] = drafts({ by: "tags", tags: 'role=bastion "Name=my host,b" owner', port: "22" }) as [ForwardDraftView];
  expect(saved.via).toEqual({
    kind: "tags",
    profile: "acme-prod",
    region: "eu-central-1",
    tags: [
      { key: "role", values: ["bastion"] },
      { key: "Name", values: ["my host", "b"] },
      { key: "owner", values: [] },
    ],
  });
  const again = valuesOf({ ...saved, localPort: saved.localPort }, choices, around.pairs);
  expect(again).toMatchObject({ by: "tags", pair: "acme-prod / eu-central-1", port: "22" });
  expect(tagsOf(again.tags)).toEqual(saved.via.kind === "tags" && saved.via.tags);
  expect(tagsOf(tagText([{ key: "a=b", values: [] }]))).not.toEqual([]);
});

test("others are let in only after the word was typed, and an address that was confirmed stays so", () => {
  const open = { port: "80", exposed: true, bindAddress: "172.17.0.1" };
  expect(problemsOf(values(open), around)).toHaveProperty("confirmation");
  expect(drafts(open)).toBeNull();
  expect(drafts({ ...open, confirmation: CONFIRMATION })).toMatchObject([{ bindAddress: "172.17.0.1" }]);
  expect(problemsOf(values({ ...open, bindAddress: "localhost", confirmation: CONFIRMATION }), around)).toHaveProperty(
    "bindAddress",
  );
  around = { ...around, id: 7, confirmed: "172.17.0.1" };
  expect(drafts(open)).toMatchObject([{ bindAddress: "172.17.0.1" }]);
  expect(drafts({ ...open, bindAddress: "0.0.0.0" })).toBeNull();
  expect(drafts({ ...open, exposed: false })).toMatchObject([{ bindAddress: null }]);
});

test("without a port there is no way yet", () => {
  expect(waysOf(values(), around)).toEqual([]);
  expect(waysOf(values({ kind: "host", host: "db.internal", port: "5432", typedPort: true }), around)).toEqual([
    { name: "db 5432", localPort: "", destination: { kind: "port", host: "db.internal", port: 5432 } },
  ]);
});

test("a node has tags when each key has one of the values", () => {
  const node = { tags: [{ key: "role", value: "bastion" }] } as Parameters<typeof hasTags>[0];
  expect(hasTags(node, [{ key: "role", values: [] }])).toBe(true);
  expect(hasTags(node, [{ key: "role", values: ["egress", "bastion"] }])).toBe(true);
  expect(hasTags(node, [{ key: "role", values: ["Bastion"] }])).toBe(false);
  expect(hasTags(node, tagsOf("role=bastion env=prod"))).toBe(false);
});

test("addresses for others are shown as they are and dialled where they answer; hosts get lines for their certificates", () => {
  const to = (host: string | null, port = 443) => ({ kind: "port", host, port }) as const;
  const eks = forward({ draft: { destination: to("A1.gr7.eu-central-1.eks.amazonaws.com"), localPort: 10_443 } });
  expect(hostsLine(eks)).toBe("127.0.0.1 A1.gr7.eu-central-1.eks.amazonaws.com");
  expect(kubeconfigLines(eks)).toBe(
    "server: https://localhost:10443\ntls-server-name: A1.gr7.eu-central-1.eks.amazonaws.com\n",
  );
  for (const host of [null, "10.0.0.7", "fd00::7"]) {
    expect(hostsLine(forward({ draft: { destination: to(host) } })), String(host)).toBeNull();
    expect(kubeconfigLines(forward({ draft: { destination: to(host) } })), String(host)).toBeNull();
  }
  expect(kubeconfigLines(forward({ draft: { destination: to("db.internal", 5432) } }))).toBeNull();
  const everywhere = forward({ draft: { bindAddress: "0.0.0.0", destination: to("db.internal", 5432) } });
  expect([localAddress(everywhere), dialledAddress(everywhere)]).toEqual(["0.0.0.0:15432", "localhost:15432"]);
  expect(hostsLine(everywhere)).toBe("127.0.0.1 db.internal");
  expect(localAddress(forward({ draft: { bindAddress: "fd00::1" } }))).toBe("[fd00::1]:15432");
});

test("a group of proxies is counted as such, and one by tags says which node it goes by", () => {
  const proxy = forward({ draft: { destination: { kind: "socks", allowed: [] } } });
  expect(memberWords([proxy, proxy])).toBe("2 proxies");
  expect(memberWords([proxy, forward()])).toBe("2 forwards");
  const lookup = { fleet: { pairs: [] } } as unknown as Parameters<typeof throughOf>[1];
  const tags: ForwardViaView = { kind: "tags", profile: "p", region: "r", tags: [] };
  expect(throughOf(forward({ through: { node: "i-1", name: null } }), lookup)).toBeNull();
  expect(throughOf(forward({ draft: { via: tags }, through: null }), lookup)).toBeNull();
  expect(throughOf(forward({ draft: { via: tags }, through: { node: "i-1", name: "egress" } }), lookup)).toBe("egress");
});
