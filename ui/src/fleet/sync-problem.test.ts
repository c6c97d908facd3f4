// @vitest-environment node
import { expect, test } from "vitest";
import { refusal } from "../ipc/mock/host";
import { pair as mockPair } from "../ipc/mock/world";
import { problemText, problemTitle } from "./sync-problem";

const now = new Date(2026, 10, 30, 9, 30).getTime();
const at = (hours: number, minutes: number) => new Date(2026, 10, 30, hours, minutes).getTime();

function pair(sync: Partial<ReturnType<typeof mockPair>["sync"]>) {
  const made = mockPair(1, "acme-prod", "eu-central-1", "prod");
  return { ...made, sync: { ...made.sync, ...sync } };
}

const agents = refusal("server-error", "Systems Manager could not be read: AWS could not carry out x (HTTP 500): oops");
const denied = refusal("denied", "acme-prod may not call ec2:DescribeInstances.");

test("a pair that was read in part names the call and how old the other half is", () => {
  const older = pair({
    phase: "partial",
    dataAtMs: at(9, 20),
    agentsAtMs: at(9, 12),
    failedAtMs: at(9, 20),
    error: agents,
  });
  expect(problemTitle(older)).toBe("Read in part");
  expect(problemText(older, now)).toBe(
    "Systems Manager could not be read: AWS could not carry out x (HTTP 500): oops. Agent states from 09:12.",
  );
  const never = pair({ phase: "partial", dataAtMs: at(9, 20), agentsAtMs: null, error: agents });
  expect(problemText(never, now)).toMatch(/: oops\.$/);
  const instances = pair({ phase: "partial", dataAtMs: at(9, 12), agentsAtMs: at(9, 20), error: denied });
  expect(problemText(instances, now)).toMatch(/Instances from 09:12\.$/);
});

test("a pair that could not be read says since when and what is shown", () => {
  const failed = pair({
    phase: "failed",
    dataAtMs: at(9, 12),
    agentsAtMs: at(9, 12),
    failedAtMs: at(9, 26),
    error: denied,
  });
  expect(problemTitle(failed)).toBe("Sync failed");
  expect(problemText(failed, now)).toBe(
    "Sync failed 4 min ago. acme-prod may not call ec2:DescribeInstances. Showing nodes from 09:12.",
  );
});
