// A user's own AWS configuration in the real window: pairs, sync, a saved connection, and all of it after a restart.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { connect } from "./demo.mjs";
import { addPair, chooseNoProfile, Desk, nodeCount, turnSyncOn } from "./desk.mjs";
import { sessions } from "./simulator.mjs";
import { Key } from "./window.mjs";

const desk = new Desk();
let simulator;
let window;

before(async () => {
  ({ window, simulator } = await desk.onSimulator());
});

after(() => desk.leave());

test("a first run with profiles leads to the settings, where two pairs are added", async () => {
  await chooseNoProfile(window);
  await addPair(window, "acme-stage", "eu-central-1");
  await addPair(window, "acme-dev", "eu-west-1");
  await window.see("pair-row", '[data-profile="acme-dev"]');
});

test("a pair whose profile does not exist says so in its row", async () => {
  await addPair(window, "nobody", "eu-central-1");
  const problem = await window.eventually("the row's problem", async () => {
    const found = await window.driver.executeScript(() => [...document.querySelectorAll('[data-testid="pair-problem"]')].map((row) => row.textContent));
    return found.find((text) => text.includes("nobody"));
  });
  assert.match(problem, /no AWS profile named nobody.*acme-stage/i);
});

test("sync is turned on and reads both pairs", async () => {
  await turnSyncOn(window);
  for (const profile of ["acme-stage", "acme-dev"]) await window.see("pair-row", `[data-profile="${profile}"][data-phase="done"]`);
  await window.click("terminals-open");
  await window.eventually("the fleet is there", async () => (await nodeCount(window)) > 10);
});

test("the fleet shows stopped nodes only when it is asked to", async () => {
  const running = await nodeCount(window);
  await window.click("only-running");
  await window.eventually("more nodes", async () => (await nodeCount(window)) > running);
  await window.click("only-running");
  await window.eventually("as many as before", async () => (await nodeCount(window)) === running);
});

test("a connection is saved that inherits its Region", async () => {
  await window.click("settings-open");
  await window.click("settings-general");
  const region = await window.see("setting-default-region");
  await region.sendKeys("eu-central-1", Key.TAB);
  await window.click("terminals-open");
  const node = await onlineNode();
  await palette("New connection");
  await (await window.see("connection-name")).sendKeys("My node");
  await (await window.see("connection-target")).sendKeys(node);
  await (await window.see("connection-profile")).sendKeys("acme-stage");
  const inherited = await (await window.see("connection-region")).getAttribute("placeholder");
  assert.match(inherited, /eu-central-1/);
  await (await window.see("connection-name")).sendKeys(Key.ENTER);
  await window.see("connection-row", '[data-name="My node"]');
});

test("after a restart everything is there, and the connection opens a shell", async () => {
  window = await desk.reopen();
  await window.see("connection-row", '[data-name="My node"]');
  await window.eventually("the fleet is synced again", async () => (await nodeCount(window)) > 10);
  await connect(window, "connection-row", '[data-name="My node"]');
  await window.terminalShows(/\$ ?$/m);
  await window.command("echo in-$((40+2))");
  await window.terminalShows(/in-42/);
  const [session] = await sessions(simulator.endpoint);
  assert.equal(session.region, "eu-central-1");
});

test("closing the program leaves no session behind", async () => {
  await window.closeByUser();
  await window.see("terminate-dialog");
  await window.keys(Key.CONTROL, Key.ENTER).catch(() => {}); // the window may be gone before the keys are up
  await window.eventually("all sessions are terminated", async () => (await sessions(simulator.endpoint)).every(({ state }) => state === "terminated"));
});

/** The id of a node that takes sessions, as the tree's rows say. */
async function onlineNode() {
  return window.eventually("an online node of acme-stage", () =>
    window.driver.executeScript(() => {
      const row = [...document.querySelectorAll('[data-testid="node-row"]')].find((found) =>
        /running, agent online, acme-stage/.test(found.getAttribute("aria-label")));
      return row?.dataset.key.split("/")[1];
    }),
  );
}

async function palette(text) {
  await window.click("command-field");
  await (await window.see("palette-input")).sendKeys(text, Key.ENTER);
}
