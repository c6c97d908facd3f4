// The demo without a mouse: from the first run to a shell, a dropped network, and the end, by keys alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { terminate } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { sessions } from "./simulator.mjs";
import { Key } from "./window.mjs";

const desk = new Desk();
let window;
let endpoint;

before(async () => {
  window = await desk.onFirstRun();
});

after(() => desk.leave());

test("D opens the demo", async () => {
  await window.keys("d");
  await window.see("node-row", '[data-name="checkout-api-2"]');
  const badge = await (await window.see("demo-badge")).getAttribute("textContent");
  endpoint = `http://${/127\.0\.0\.1:\d+/.exec(badge)[0]}`;
});

test("slash searches the fleet, and Enter opens what was found", async () => {
  await window.keys("/");
  const search = await window.eventually("the search has the focus", async () => {
    const focused = await window.driver.switchTo().activeElement();
    return (await focused.getAttribute("data-testid")) === "search" ? focused : null;
  });
  await search.sendKeys("kafka-broker-2");
  await window.eventually("only matching nodes are listed", async () => {
    const names = await window.driver.executeScript(() => [...document.querySelectorAll('[data-testid="node-row"]')].map((row) => row.dataset.name));
    return names.length > 0 && names.every((name) => name.includes("kafka-broker-2"));
  });
  // Several pairs have a node of this name: the first Enter offers one, the second takes it.
  await search.sendKeys(Key.ENTER);
  const row = await window.eventually("a node has the focus", async () => {
    const focused = await window.driver.switchTo().activeElement();
    return (await focused.getAttribute("data-name")) === "kafka-broker-2" ? focused : null;
  });
  await row.sendKeys(Key.ENTER);
  await window.terminalShows(/\$ ?$/m);
});

test("the palette drops the network; keys typed meanwhile reach the same shell", async () => {
  await window.command("echo before=$$.");
  const [, before] = await window.terminalShows(/before=(\d+)\./);
  await window.keys(Key.CONTROL, Key.SHIFT, "k");
  const palette = await window.see("palette-input");
  await palette.sendKeys("drop");
  await window.see("palette-item");
  await palette.sendKeys(Key.ENTER);
  await window.see("resuming");
  await window.command("echo after=$$.");
  const [, after] = await window.terminalShows(/after=(\d+)\./);
  assert.equal(after, before);
  await window.eventually("the tab is whole again", async () => !(await window.driver.executeScript(() => document.querySelector('[data-testid="resuming"]'))));
});

test("a key closes the tab and terminates the session", async () => {
  await window.keys(Key.CONTROL, Key.SHIFT, "w");
  await terminate(window);
  await window.eventually("the simulator says so", async () => (await sessions(endpoint)).every(({ state }) => state === "terminated"));
  await window.see("no-session");
});
