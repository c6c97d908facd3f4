// What goes wrong with profiles, pairs and the store, in the real window: named where it belongs, and nothing lost.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { addPair, chooseNoProfile, Desk, nodeCount, turnSyncOn } from "./desk.mjs";
import { breakOperation, mendOperation } from "./simulator.mjs";

const LOST = "\n[profile lost]\nregion = eu-central-1\nservices = nowhere\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n";

const desk = new Desk();
let simulator;
let window;

before(async () => {
  ({ window, simulator } = await desk.onSimulator({ more: LOST }));
});

after(() => desk.leave());

test("the rows of a new installation are off and accuse nobody", async () => {
  await chooseNoProfile(window);
  await window.see("pair-row", '[data-profile="default"]');
  assert.deepEqual(await texts("pair-problem"), []);
});

test("a profile whose services section does not exist says so and is not read", async () => {
  await addPair(window, "lost", "eu-central-1");
  const [problem] = await window.eventually("the row's problem", async () => {
    const found = await texts("pair-problem");
    return found.length > 0 && found;
  });
  assert.match(problem, /`services` of profile lost: there is no section \[services nowhere\]/);
  assert.equal(await phase("lost"), "never");
});

test("when Systems Manager fails, the instances are shown with the cause and its call", async () => {
  await breakOperation(simulator.endpoint, "DescribeInstanceInformation");
  await addPair(window, "acme-stage", "eu-central-1");
  await turnSyncOn(window);
  await window.see("pair-row", '[data-profile="acme-stage"][data-phase="partial"]');
  await window.click("terminals-open");
  const said = await failure();
  assert.match(said, /^Systems Manager could not be read: AWS could not carry out ssm:DescribeInstanceInformation \(HTTP 500\): An internal error has occurred\./);
  assert.ok((await nodes()).length > 0, "instances are there");
  assert.equal(await (await window.see("status-partial")).getText(), "1 in part");
  await window.click("node-row");
  assert.match(await (await window.see("node-part")).getText(), /^Systems Manager could not be read/);
  await shown("partial");
});

test("when it works again everything is whole, and when EC2 fails then nothing is lost", async () => {
  const instances = await nodeCount(window);
  await mendOperation(simulator.endpoint, "DescribeInstanceInformation");
  await window.click("pair-failure", '[data-partial="true"] [data-testid="pair-retry"]');
  await window.eventually("hybrid nodes", async () => (await nodeCount(window)) > instances);
  const [whole, rows] = [await nodeCount(window), await nodes()];
  await breakOperation(simulator.endpoint, "DescribeInstances");
  await window.click("status-sync");
  const said = await failure();
  assert.match(said, /^EC2 could not be read: .*ec2:DescribeInstances \(HTTP 500\).* Instances from \d\d:\d\d\.$/s);
  assert.equal(await nodeCount(window), whole);
  assert.deepEqual((await nodes()).filter((key) => !rows.includes(key)), [], "the same nodes are there");
  await mendOperation(simulator.endpoint, "DescribeInstances");
});

test("a store that was set aside is told at each start until the message was closed", async () => {
  await window.closeByUser();
  await window.close();
  const folder = dataFolder();
  writeFileSync(join(folder, "postern.db"), "this is no database");
  for (let start = 0; start < 2; start += 1) {
    window = await desk.reopen();
    assert.match(await (await window.see("toast-error")).getText(), /The saved data was damaged/);
  }
  await shown("set-aside");
  const close = await window.see("toast-error", ' button[aria-label="Close the message"]');
  await close.click();
  await window.eventually("the message is gone", async () => (await texts("toast-error")).length === 0);
  window = await desk.reopen();
  // The backup is of before the profiles were chosen, so this is a first run.
  await window.see("first-run-aws");
  assert.deepEqual(await texts("toast-error"), []);
});

/** The folder in which the program keeps its store. */
function dataFolder() {
  const below = join(desk.home.path, "data");
  const found = readdirSync(below, { recursive: true }).find((name) => String(name).endsWith("postern.db"));
  return join(below, String(found), "..");
}

async function phase(profile) {
  return (await window.see("pair-row", `[data-profile="${profile}"]`)).getAttribute("data-phase");
}

async function texts(testId) {
  return window.driver.executeScript((id) => [...document.querySelectorAll(`[data-testid="${id}"]`)].map((found) => found.textContent), testId);
}

/** What the tree says below the pair that was read in part. */
async function failure() {
  const found = await window.see("pair-failure", '[data-partial="true"]');
  return found.findElement({ css: "div" }).getText().then((text) => text.replace(/\s*Retry\s*Show cause\s*$/, "").trim());
}

/** The keys of the nodes in view. */
async function nodes() {
  return window.driver.executeScript(() => [...document.querySelectorAll('[data-testid="node-row"]')].map((row) => row.dataset.key).sort());
}

/** A picture, for whoever wants to look: only with POSTERN_TEST_PICTURES. */
async function shown(name) {
  const folder = process.env.POSTERN_TEST_PICTURES;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.png`), await window.driver.takeScreenshot(), "base64");
}
