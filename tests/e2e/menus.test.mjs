// Menus and tooltips in the real window: Postern's own, by pointer and by key, with the focus back where it was.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { focused, openShell, search } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { Key } from "./window.mjs";

const desk = new Desk();
let window;
let node;

before(async () => {
  ({ window } = await desk.inDemo());
  await window.see("status-sync", '[data-busy="false"]'); // a sync may draw rows anew
  node = await search(window, "checkout-api-2");
  await openShell(window, node);
});

after(() => desk.leave());

test("Shift+F10 on a node opens its menu, and Escape gives the focus back", async () => {
  await window.click("node-row", `[data-key="${node.key}"]`);
  await window.eventually("the row has the focus", () => focused(window, "node-row"));
  await window.keys(Key.SHIFT, Key.F10);
  assert.match(await entries(), /^Connect.*Copy id/);
  await leaveMenu();
  const row = await window.eventually("the row has the focus again", () => focused(window, "node-row"));
  assert.equal(await row.getAttribute("data-key"), node.key);
});

test("Shift+F10 on a tab opens its menu", async () => {
  await window.driver.executeScript(() => document.querySelector('[data-testid="tab"]').focus());
  await window.keys(Key.SHIFT, Key.F10);
  assert.match(await entries(), /^Duplicate session/);
  await leaveMenu();
  await window.eventually("the tab has the focus again", () => focused(window, "tab"));
});

test("the other button in a terminal opens a menu that selects, copies and finds", async () => {
  await window.command("clear; echo copied=$((6*7))");
  await window.terminalShows(/^copied=42$/m);
  await pressOther("terminal");
  assert.match(await entries(), /^Copy.*Paste.*Select all.*Find…/);
  assert.equal(await isOffered("Copy"), false);
  await choose("Select all");
  await pressOther("terminal");
  assert.equal(await isOffered("Copy"), true);
  await leaveMenu();
  await window.eventually("the terminal has the focus again", () =>
    window.driver.executeScript(() => document.activeElement.matches(".xterm-helper-textarea")));
});

test("the menu of a terminal and the palette paste what was copied", async () => {
  await window.command("clear; unset PROMPT_COMMAND; echo");
  const id = node.key.split("/")[1];
  await pressOther("node-row", `[data-key="${node.key}"]`);
  await choose("Copy id");
  await window.type("echo one=");
  await pressOther("terminal");
  await choose("Paste");
  await window.terminalShows(new RegExp(`\\$ echo one=${id}$`, "m"));
  await window.type(Key.ENTER, "echo two=");
  await window.terminalShows(new RegExp(`^one=${id}$`, "m"));
  await window.keys(Key.CONTROL, Key.SHIFT, "k");
  await window.eventually("the palette has the keys", () => focused(window, "palette-input"));
  await (await window.see("palette-input")).sendKeys("Paste into the terminal", Key.ENTER);
  await window.terminalShows(new RegExp(`\\$ echo two=${id}$`, "m"));
  await window.type(Key.ENTER);
});

test("Shift+F10 in a terminal is a key of the program", async () => {
  await window.command("clear; echo ready; cat -v");
  await window.terminalShows(/^ready$/m);
  await window.type(Key.chord(Key.SHIFT, Key.F10), Key.ENTER);
  await window.terminalShows(/^\^\[\[21;2~$/m);
  assert.equal(await window.driver.executeScript(() => document.querySelectorAll("[role=menu]").length), 0);
  await window.type(Key.CONTROL, "c", Key.NULL);
});

test("a place that has nothing to offer has no menu, not even the web view's", async () => {
  await window.driver.executeScript(() => {
    window.asked = [];
    document.addEventListener("contextmenu", (event) => setTimeout(() => window.asked.push(event.defaultPrevented)), { capture: true });
  });
  await window.point((actions, place) => actions.contextClick(place), "status-sessions");
  await window.eventually("the press arrived", () => window.driver.executeScript(() => window.asked.length > 0));
  assert.deepEqual(await window.driver.executeScript(() => window.asked), [true]);
  assert.equal(await window.driver.executeScript(() => document.querySelectorAll("[role=menu]").length), 0);
});

test("a tooltip is Postern's own, and none lies over the palette", async () => {
  assert.equal(await window.driver.executeScript(() => document.querySelectorAll("[title]").length), 0);
  await window.point((actions, tab) => actions.move({ origin: tab }), "tab");
  await window.eventually("the tab says where it is", async () => (await tips()).some((text) => text.includes("checkout-api-2") && text.includes(node.profile)));
  await window.keys(Key.CONTROL, Key.SHIFT, "k");
  await window.see("palette");
  await window.eventually("no tooltip is left", async () => (await tips()).length === 0);
  await window.keys(Key.ESCAPE);
});

/** Until a menu is open: on a busy computer a press takes so long that its end counts as the end of a drag out of the menu. */
async function pressOther(testId, more = "") {
  await window.eventually(`a menu in ${testId}`, async () => {
    await window.point((actions, row) => actions.contextClick(row), testId, more);
    return window.eventually("the menu", isOpen, 2000).catch(() => false);
  });
}

const isOpen = () => window.driver.executeScript(() => document.querySelector('[data-testid="context-menu"][data-open]') !== null);

/** The entries of the menu that is open, in one line, once the one before is gone. */
async function entries() {
  return window.eventually("one open menu", () =>
    window.driver.executeScript(() => {
      const menus = [...document.querySelectorAll('[data-testid="context-menu"]')];
      return menus.length === 1 && menus[0].hasAttribute("data-open") ? [...menus[0].querySelectorAll("[role=menuitem]")].map((one) => one.textContent).join(", ") : null;
    }),
  );
}

const item = (name) => window.driver.executeScript((text) => [...document.querySelectorAll("[role=menuitem]")].find((one) => one.textContent.startsWith(text)), name);

async function isOffered(name) {
  await entries();
  return !(await (await item(name)).getAttribute("aria-disabled"));
}

async function choose(name) {
  await window.eventually(`the menu is closed by ${name}`, async () => {
    await (await item(name))?.click();
    return !(await isOpen());
  });
  await noMenu();
}

async function leaveMenu() {
  await window.keys(Key.ESCAPE);
  await noMenu();
}

const noMenu = () => window.eventually("the menu is closed", () => window.driver.executeScript(() => document.querySelector("[role=menu]") === null));

/** The texts of the tooltips that are shown. */
const tips = () => window.driver.executeScript(() => [...document.querySelectorAll('[data-testid="tip"]')].map((tip) => tip.textContent));
