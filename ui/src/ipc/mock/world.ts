/** A made-up fleet for development and tests, with the names that a hostile account could hold. */
import type { Environment, NodeView, PairView, ProfileView } from "../contract";

const ENVIRONMENTS: Environment[] = ["prod", "stage", "dev", "data", "shared", "edge"];
const REGIONS = ["eu-central-1", "us-east-1", "eu-west-1", "ap-southeast-2"];
const ROLES = [
  "checkout-api",
  "checkout-worker",
  "payments-api",
  "payments-worker",
  "ledger-db",
  "search-index",
  "batch-spot",
  "k8s-node",
  "kafka",
  "report-win",
];
const TEAMS = ["checkout", "payments", "platform", "data"];

export const MOCK_PROFILES: ProfileView[] = [
  {
    own: false,
    name: "acme-prod",
    region: "eu-central-1",
    regionProblem: null,
    credentials: "SSO, acme-sso",
    environment: "prod",
    problem: null,
  },
  {
    own: false,
    name: "acme-stage",
    region: "eu-central-1",
    regionProblem: null,
    credentials: "SSO, acme-sso",
    environment: "stage",
    problem: null,
  },
  {
    own: false,
    name: "acme-dev",
    region: "us-east-1",
    regionProblem: null,
    credentials: "Assumes dev-admin",
    environment: "dev",
    problem: null,
  },
  {
    own: false,
    name: "acme-data",
    region: "eu-west-1",
    regionProblem: null,
    credentials: "SSO, acme-sso",
    environment: "data",
    problem: null,
  },
  {
    own: false,
    name: "acme-shared",
    region: null,
    regionProblem: null,
    credentials: "SSO, acme-legacy-sso",
    environment: "shared",
    problem: null,
  },
  {
    own: false,
    name: "acme-edge",
    region: "eu-central-1",
    regionProblem: null,
    credentials: "Access key",
    environment: "edge",
    problem: null,
  },
];

export const HOSTILE_NAMES = [
  '<img src=x onerror="document.title=1">',
  "'\"><svg/onload=alert(1)>",
  "evil‮gnp.exe",
  "javascript:alert(1)",
  "a".repeat(240),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a text that looks like a template
  "{{7*7}} ${7*7} %s %n",
  "Zürich 東京 🚀 مرحبا",
];

export function mockPairs(count: number): PairView[] {
  const order: [number, number][] = [
    [1, 0],
    [0, 0],
    [0, 1],
    [2, 1],
    [3, 2],
    [5, 0],
    [4, 3],
    [1, 2],
  ];
  return Array.from({ length: count }, (_, index) => {
    const [profile, region] = order[index % order.length] ?? [0, 0];
    const environment = ENVIRONMENTS[profile] ?? "shared";
    const turn = Math.floor(index / order.length);
    return pair(
      index + 1,
      `acme-${environment}${turn === 0 ? "" : `-${turn}`}`,
      REGIONS[region] ?? "eu-central-1",
      environment,
    );
  });
}

export function pair(id: number, profile: string, region: string, environment: Environment): PairView {
  const sync = {
    phase: "never",
    pagesRead: 0,
    nodesRead: 0,
    dataAtMs: null,
    agentsAtMs: null,
    failedAtMs: null,
    againAtMs: null,
    error: null,
  } as const;
  const endpoints = { ssmmessages: "", ssm: "", ec2: "", kms: "", sts: "" };
  return { id, profile, region, enabled: true, endpoints, environment, problem: null, sync: { ...sync } };
}

/** The nodes of a pair; the same for the same numbers. */
export function mockNodes(pair: PairView, count: number, now: number): NodeView[] {
  const random = generator(pair.id);
  return Array.from({ length: count }, (_, index) => mockNode(pair, index, random, now));
}

function mockNode(pair: PairView, index: number, random: () => number, now: number): NodeView {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const role = pick(ROLES);
  const hybrid = pair.environment === "edge" && random() < 0.7;
  const windows = role === "report-win" || (hybrid && random() < 0.3);
  const luck = random();
  const stopped = !hybrid && luck < 0.12;
  const pending = !hybrid && luck >= 0.12 && luck < 0.15;
  const ping = stopped || pending ? "no-agent" : luck < 0.2 ? "lost" : luck < 0.23 ? "no-agent" : "online";
  const hostile = pair.id === 4 && index < HOSTILE_NAMES.length ? HOSTILE_NAMES[index] : undefined;
  const id = `${hybrid ? "mi" : "i"}-0${hex(random, 16)}`;
  const name = hybrid ? `pay-terminal-fra-${String(index + 1).padStart(2, "0")}` : `${role}-${index + 1}`;
  const tags = [
    ["team", pick(TEAMS)],
    ["role", role.split("-").at(-1)],
    ["env", pair.environment],
    ["tier", "app"],
    ["release", "2026.29"],
    ["owner", "checkout-sre"],
  ];
  return {
    key: `${pair.id}/${id}`,
    pair: pair.id,
    id,
    name: hostile ?? (random() < 0.02 ? "" : name),
    kind: hybrid ? "hybrid" : "ec2",
    state: hybrid ? "unknown" : stopped ? "stopped" : pending ? "pending" : "running",
    ping,
    lastPingAtMs: ping === "no-agent" ? null : now - (ping === "online" ? 38_000 : 35 * 60_000),
    agentVersion: ping === "no-agent" ? null : "3.3.1142.0",
    platform: ping === "no-agent" && !stopped ? null : windows ? "windows" : "linux",
    platformName: windows ? "Windows Server 2022" : pick(["Amazon Linux 2023", "Ubuntu 24.04", "RHEL 9.4"]),
    instanceType: hybrid ? null : pick(["m7g.large", "c7i.4xlarge", "r7g.2xlarge"]),
    zone: hybrid ? null : `${pair.region}${pick(["a", "b", "c"])}`,
    privateIp: `10.${40 + pair.id}.${Math.floor(random() * 250)}.${Math.floor(random() * 250)}`,
    publicIp: null,
    role: hybrid ? "service-role/edge" : `${role}-node`,
    launchedAtMs: hybrid ? null : now - (75 * 3600_000 + Math.floor(random() * 1e9)),
    account: null,
    tags: tags.map(([key = "", value = ""]) => ({ key, value })),
  };
}

function hex(random: () => number, length: number): string {
  return Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join("");
}

/** mulberry32: small, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
