// 24,000 nodes in the real window: a name and Enter without a pause open that node and no other, from the palette and the search.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { count, focused, terminate } from "./demo.mjs";
import { Desk, nodeCount } from "./desk.mjs";
import { Key } from "./window.mjs";

const NODES = 24_000;
/** One letter less or more is another machine. */
const NAMES = ["kafka-broker-1", "kafka-broker-10", "search-index-77", "bastion-2", "auth-gateway-121"];

const desk = new Desk();
let window;

before(async () => {
  ({ window } = await desk.onSimulator({ options: ["--nodes", String(NODES)] }));
});

after(() => desk.leave());

test("every profile is picked by keys, and the fleet is synced", async () => {
  await window.click("first-run-aws");
  await window.see("choose-profiles-dialog");
  await window.eventually("the search has the focus", () => focused(window, "profile-search"));
  const profiles = await count(window, "profile-row");
  for (let picked = 1; picked <= profiles; picked += 1) {
    await window.keys(Key.ARROW_DOWN);
    await window.eventually("a profile has the focus", () => focused(window, "profile-pick"));
    await window.keys(" ");
    await window.eventually(`${picked} are picked`, async () => (await pickedRows()) === picked);
  }
  await window.click("choose-profiles-add");
  await window.eventually("the fleet is there", async () => (await nodeCount(window)) > NODES / 2, 120_000);
  await window.eventually("nothing is synced any more", async () => (await count(window, "sync-cancel")) === 0, 240_000);
});

test("a name and Enter in the palette open the node of that name, and production never before its equal", async () => {
  for (const name of NAMES) {
    await window.keys(Key.CONTROL, "k");
    await window.eventually("the palette has the focus", () => focused(window, "palette-input"));
    await atOnce(name);
    await opened(name);
  }
});

test("a name and Enter in the fleet's search open or offer only the node of that name", async () => {
  for (const name of NAMES) {
    await window.click("search");
    const field = await window.eventually("the search has the focus", () => focused(window, "search"));
    await field.sendKeys(Key.chord(Key.CONTROL, "a"));
    await atOnce(name);
    const offered = await window.eventually(`${name} is opened or offered`, () =>
      window.driver.executeScript((wanted) => {
        const tab = document.querySelector('[data-testid="tab"]');
        const row = document.activeElement?.closest("[data-row]");
        return (tab?.dataset.name === wanted && "tab") || (row?.dataset.name === wanted && "row") || null;
      }, name));
    if (offered === "row") await window.keys(Key.ENTER);
    await opened(name);
  }
});

/** Letters and Enter as one sequence, faster than any hand. */
async function atOnce(text) {
  await window.driver.actions().sendKeys(...text, Key.ENTER).perform();
}

/** The one tab has this name; it is closed again. */
async function opened(name) {
  const tab = await window.eventually("a tab", async () =>
    window.driver.executeScript(() => {
      const [only, ...others] = document.querySelectorAll('[data-testid="tab"]');
      return only && others.length === 0 ? { name: only.dataset.name, env: only.dataset.env } : null;
    }));
  assert.equal(tab.name, name);
  assert.equal(await isOnlyInProduction(name), tab.env === "prod", `${name} was opened in ${tab.env}`);
  await window.see("tab", '[data-state="connected"]');
  await window.keys(Key.CONTROL, Key.SHIFT, "w");
  await terminate(window);
  await window.eventually("no tab", async () => (await count(window, "tab")) === 0);
}

/** Whether no other colour than production has a node of this name, as the palette lists them. */
async function isOnlyInProduction(name) {
  await window.keys(Key.CONTROL, Key.SHIFT, "k");
  const input = await window.eventually("the palette has the focus", () => focused(window, "palette-input"));
  await input.sendKeys(name);
  const colours = await window.eventually("nodes of this name", async () => {
    const found = await window.driver.executeScript((wanted) =>
      [...document.querySelectorAll('[role="group"][aria-label="Nodes"] [data-testid="palette-item"]')]
        .filter((item) => item.textContent.startsWith(`${wanted}acme`))
        .map((item) => /acme-[a-z]+/.exec(item.textContent)[0]), name);
    return found.length > 0 && found;
  });
  await input.sendKeys(Key.ESCAPE);
  await window.eventually("the palette is gone", async () => (await count(window, "palette")) === 0);
  return colours.every((profile) => profile === "acme-prod");
}

const pickedRows = () => window.driver.executeScript(() => document.querySelectorAll('[data-testid="profile-row"][data-picked]').length);
