import { beforeEach, expect, test } from "vitest";
import { size } from "../kit/words";
import { forward } from "../samples.test.helper";
import { replaceForwards } from "./forwards";
import { proposedName, proposedPort } from "./proposals";
import { rateOf, SECONDS, sample, useTraffic } from "./traffic";
import { destination, hostProblem, localAddress, portOf, stateWords } from "./words";

const up = { kind: "up", sinceMs: 0 } as const;

beforeEach(() => replaceForwards([]));

test("the address is that of the port it listens on, or will", () => {
  expect(localAddress(forward())).toBe("localhost:15432");
  expect(localAddress(forward({ draft: { localPort: 0 } }))).toBeNull();
  expect(localAddress(forward({ draft: { localPort: 0 }, port: 50_123 }))).toBe("localhost:50123");
  expect(destination({ kind: "port", host: "fd00::7", port: 443 })).toBe("[fd00::7]:443");
  expect(destination({ kind: "port", host: null, port: 9200 })).toBe("node port 9200");
  expect(destination({ kind: "socks", allowed: [] })).toBe("any host the node can reach");
  expect(destination({ kind: "socks", allowed: ["10.88.0.0/16", "*.internal"] })).toBe("10.88.0.0/16, *.internal only");
});

test("states have a few words each, and a long one is said in one unit within the hour", () => {
  expect(stateWords(forward({ state: up }), 12_000)).toBe("Up 12 s");
  expect(stateWords(forward({ state: up }), 41 * 60_000 + 9000)).toBe("Up 41 m");
  expect(stateWords(forward({ state: up }), 11_520_000)).toBe("Up 3 h 12 m");
  const resuming = { kind: "resuming", sinceMs: 0, waitsForLogin: false, error: null } as const;
  expect(stateWords(forward({ state: resuming }), 8000)).toBe("Resuming, 8 s");
  expect(stateWords(forward({ state: { ...resuming, waitsForLogin: true } }), 8000)).toBe("Waits for sign-in");
});

test("hosts and ports are judged as they are typed", () => {
  for (const good of ["", "db", "db.internal", "10.0.0.7", "fd00::7", "a_b.c."])
    expect(hostProblem(good), good).toBeNull();
  for (const bad of ["https://db", "db:5432", "db host", "-", "a..b", "[fd00::7]"].filter((text) => text !== "-"))
    expect(hostProblem(bad), bad).not.toBeNull();
  expect([portOf("1"), portOf(" 65535 "), portOf("0"), portOf("65536"), portOf("5e3"), portOf("")]).toEqual([
    1,
    65_535,
    null,
    null,
    null,
    null,
  ]);
});

test("a name and a port are proposed that nobody has", () => {
  expect(proposedName("bastion", "ledger.cluster.rds.amazonaws.com", 5432)).toBe("ledger 5432");
  expect(proposedName("bastion", "", 8080)).toBe("bastion 8080");
  expect(proposedName("bastion", "10.0.0.7", null)).toBe("10.0.0.7");
  expect(proposedPort(5432, [forward()], null)).toBe("15433");
  expect(proposedPort(5432, [forward()], 1)).toBe("15432");
  expect(proposedPort(60_001, [], null)).toBe("60001");
  expect(proposedPort(null, [], null)).toBe("");
});

test("rates are the bytes of each second, of those that are on", () => {
  const counted = (receivedBytes: number) =>
    forward({ state: up, traffic: { id: 1, open: 1, sentBytes: 0, receivedBytes } });
  replaceForwards([counted(1000)]);
  sample();
  replaceForwards([counted(4000)]);
  sample();
  expect(useTraffic.getState().rates.get(1)).toEqual([0, 3000]);
  expect(rateOf([0, 3000])).toBe(1500);
  for (let second = 0; second < SECONDS + 2; second += 1) sample();
  const flat = useTraffic.getState().rates.get(1);
  expect(flat).toHaveLength(SECONDS);
  sample();
  expect(useTraffic.getState().rates.get(1), "a flat line is not drawn anew").toBe(flat);
  replaceForwards([]);
  sample();
  expect(useTraffic.getState().rates.size).toBe(0);
});

test("sizes have three figures", () => {
  expect([0, 999, 1000, 44_000, 1_840_000, 318_400, 2.5e9].map(size)).toEqual([
    "0 B",
    "999 B",
    "1.00 kB",
    "44.0 kB",
    "1.84 MB",
    "318 kB",
    "2.50 GB",
  ]);
});
