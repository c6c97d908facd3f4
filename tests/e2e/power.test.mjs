// Stopping a node in the real window, by its menu, and from a node that is off to its shell.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { focused, search } from "./demo.mjs";
import { addPair, chooseNoProfile, Desk, turnSyncOn } from "./desk.mjs";
import { By, Key } from "./window.mjs";

const desk = new Desk();
let window;
let node;

before(async () => {
  ({ window } = await desk.onSimulator());
  await chooseNoProfile(window);
  await turnSyncOn(window);
  await addPair(window, "acme-dev", "eu-west-1");
  await window.click("terminals-open");
  await window.click("only-running");
  await window.see("status-sync", '[data-busy="false"]');
  node = await search(window, "checkout-api-1");
});

after(() => desk.leave());

const label = () => window.driver.executeScript((key) => document.querySelector(`[data-testid="node-row"][data-key="${key}"]`)?.getAttribute("aria-label") ?? "", node.key);
const shown = (words) => window.eventually(`the node is ${words}`, async () => (await label()).includes(words), 30_000);

async function choose(entry) {
  await window.click("node-row", `[data-key="${node.key}"]`);
  await window.see("node-row", `[data-key="${node.key}"][aria-selected="true"]`);
  await window.eventually("the row has the focus", () => focused(window, "node-row"));
  await window.keys(Key.SHIFT, Key.F10);
  const path = `//*[@role="menuitem"][contains(., "${entry}")]`;
  const found = await window.eventually(`the entry ${entry}`, () => window.driver.findElement(By.xpath(path)));
  await found.click();
}

test("the menu stops a node after a question, and its state is shown without a sync", async () => {
  await choose("Stop…");
  await window.see("confirm-dialog");
  await window.keys(Key.ESCAPE);
  assert.match(await label(), /running/);
  await choose("Stop…");
  await window.click("confirm");
  await shown("stopped");
});

test("Enter on a stopped node offers to start it, and its pane counts the wait until the shell is there", async () => {
  await window.click("node-row", `[data-key="${node.key}"]`);
  await window.eventually("the row has the focus", () => focused(window, "node-row"));
  await window.keys(Key.ENTER);
  const button = await window.see("confirm");
  assert.equal(await button.getText(), "Start and connect");
  await button.click();
  await window.see("wait-count");
  await window.see("stop-waiting");
  await window.terminalShows(/made-up node[\s\S]*\$ ?$/m);
});
