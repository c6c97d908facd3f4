// The focus in the real window: it comes back to where the user was, and is never nowhere.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { count, focused, openDemo, openShell, search } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { Key } from "./window.mjs";

const desk = new Desk();
let window;

before(async () => {
  window = await desk.onFirstRun();
});

after(() => desk.leave());

test("after the demo is opened the keys lead into the fleet", async () => {
  await openDemo(window);
  await window.eventually("the focus is in the window", isSomewhere);
  await window.keys(Key.ARROW_DOWN);
  await window.eventually("a row has the focus", () => where("[role=treeitem]"));
});

test("F6, the connect dialog and Esc lead back to the region that F6 led to", async () => {
  await openShell(window, await search(window, "auth-gateway-1"));
  await window.eventually("the terminal has the focus", () => where(".xterm"));
  await window.keys(Key.F6);
  await window.eventually("another region has the focus", async () => !(await where(".xterm")));
  const before = await focusName();
  await window.keys(Key.CONTROL, "t");
  await window.eventually("the dialog has the focus", () => focused(window, "connect-target"));
  await window.keys(Key.ESCAPE);
  await window.eventually("the dialog is gone", async () => (await count(window, "connect-dialog")) === 0);
  await window.eventually(`the focus is at ${before} again`, async () => (await focusName()) === before);
});

test("an action run from a palette that was opened by the mouse leaves the keys to the shell", async () => {
  await window.click("tab");
  await window.eventually("the terminal has the focus", () => where(".xterm"));
  await window.click("command-field");
  const input = await window.eventually("the palette has the focus", () => focused(window, "palette-input"));
  await input.sendKeys(">theme: light", Key.ENTER);
  await window.eventually("the terminal has the focus again", () => where(".xterm"));
  await window.driver.actions().sendKeys(..."echo in-$((40+2))", Key.ENTER).perform();
  await window.terminalShows(/^in-42$/m);
});

test("Ctrl+Shift+comma leads from the shell into the settings, and Esc back to it", async () => {
  await window.keys(Key.CONTROL, Key.SHIFT, ",");
  await window.eventually("the settings have the focus", () => where("[data-settings]"));
  await window.keys(Key.ESCAPE);
  await window.eventually("the terminal has the focus again", () => where(".xterm"));
});

test("Esc asks before a filled dialog is dropped, and a wrong field gets the focus", async () => {
  await window.keys(Key.CONTROL, Key.SHIFT, "k");
  const input = await window.eventually("the palette has the focus", () => focused(window, "palette-input"));
  await input.sendKeys(">new connection", Key.ENTER);
  const name = await window.eventually("the name has the focus", () => focused(window, "connection-name"));
  await name.sendKeys("My node", Key.ENTER);
  await window.eventually("the target has the focus", () => focused(window, "connection-target"));
  assert.equal(await (await window.see("connection-target")).getAttribute("aria-invalid"), "true");
  await window.keys(Key.ESCAPE);
  await window.see("discard-question");
  await window.eventually("the way back has the focus", () => focused(window, "discard-keep"));
  await window.keys(Key.ESCAPE);
  await window.eventually("the question is gone", async () => (await count(window, "discard-question")) === 0);
  assert.equal(await (await window.see("connection-name")).getAttribute("value"), "My node");
  await window.keys(Key.ESCAPE);
  await window.click("discard");
  await window.eventually("the dialog is gone", async () => (await count(window, "connection-dialog")) === 0);
  await window.eventually("the terminal has the focus again", () => where(".xterm"));
});

const where = (selector) => window.driver.executeScript((wanted) => document.activeElement?.closest(wanted) != null, selector);
const isSomewhere = () => window.driver.executeScript(() => document.activeElement !== null && document.activeElement !== document.body);
const focusName = () => window.driver.executeScript(() => {
  const element = document.activeElement;
  return `${element?.closest("[data-area]")?.dataset.area} ${element?.tagName} ${element?.dataset.testid ?? ""} ${element?.getAttribute("aria-label") ?? ""}`;
});
