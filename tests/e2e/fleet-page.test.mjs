// The fleet page: filter, sort, pick many, connect some, run a command on all, and the containers of ECS.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { nothingIsWrong } from "./axe.mjs";
import { focused, openDemo } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { sessions } from "./simulator.mjs";
import { Key } from "./window.mjs";

const desk = new Desk();
let window;
let endpoint;

before(async () => {
  window = await desk.onFirstRun();
  endpoint = await openDemo(window);
});

after(() => desk.leave());

const inPage = (script, ...args) => window.driver.executeScript(script, ...args);
const text = async (testId) => (await window.see(testId)).getAttribute("textContent");
/** How many nodes the table has, as it says itself. */
const matching = async () => Number((await text("fleet-count")).split(" ")[0].replaceAll(",", ""));
const picked = () => inPage(() => document.querySelectorAll('[data-place][aria-selected="true"]').length);
/** Chooses a value of a facet, which is drawn anew with each answer. */
const choose = (facet, value) =>
  window.eventually(`the value ${value} is there`, () =>
    inPage(
      (facet, value) => {
        const check = document.querySelector(`[data-facet="${facet}"] [data-value="${value}"] [role="checkbox"]`);
        check?.click();
        return check !== null;
      },
      facet,
      value,
    ),
  );
const focusRow = (place) =>
  window.eventually(`row ${place} has the focus`, async () => {
    await inPage((place) => document.querySelector(`[data-place="${place}"][data-node]`)?.focus(), place);
    return (await inPage(() => document.activeElement?.getAttribute("data-place"))) === String(place);
  });

test("the page shows every node, and each facet says how many it would leave", async () => {
  await window.click("fleet-open");
  await window.see("fleet-table");
  await window.eventually("the whole fleet is there", async () => (await matching()) > 100);
  const before = await matching();
  await choose("profile", "acme-stage");
  await window.eventually("fewer nodes are shown", async () => (await matching()) < before);
  const counted = await inPage(
    () => document.querySelector('[data-facet="profile"] [data-value="acme-stage"] small').textContent,
  );
  assert.equal(await matching(), Number(counted.replaceAll(",", "")));
  await choose("state", "online");
  await choose("platform", "linux");
  await nothingIsWrong(window);
});

test("a column's head sorts, and the rows stand in that order", async () => {
  await window.click("fleet-sort-private-ip");
  const addresses = () =>
    inPage(() =>
      [...document.querySelectorAll('[data-place] [data-field="private-ip"]')].map((cell) => cell.textContent),
    );
  const value = (address) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  await window.eventually("the addresses rise", async () => {
    const shown = (await addresses()).filter(Boolean).map(value);
    return shown.length > 3 && shown.every((one, at) => at === 0 || shown[at - 1] <= one);
  });
});

test("keys pick five nodes, and Enter connects to all of them", async () => {
  const before = (await sessions(endpoint)).length;
  await focusRow(0);
  await window.keys(" ");
  for (let more = 0; more < 4; more += 1) await window.keys(Key.SHIFT, Key.ARROW_DOWN);
  await window.eventually("five are picked", async () => (await picked()) === 5);
  assert.match(await text("fleet-bulk"), /5 selected/);
  await nothingIsWrong(window);
  await window.keys(Key.ENTER);
  await window.eventually("five sessions were opened", async () => (await sessions(endpoint)).length === before + 5);
});

test("a command is run on all that are picked, and its results say how each went", async () => {
  await window.click("fleet-open");
  await focusRow(0);
  await window.keys(" ");
  await window.keys(Key.SHIFT, Key.ARROW_DOWN);
  await window.keys(Key.SHIFT, Key.ARROW_DOWN);
  await window.eventually("three are picked", async () => (await picked()) === 3);
  await inPage(() =>
    [...document.querySelectorAll('[data-testid="fleet-bulk"] button')]
      .find((one) => one.getAttribute("aria-label") === "Run document…")
      .click(),
  );
  await window.eventually("the command has the focus", () => focused(window, "run-nodes-command"));
  await window.keys("echo it ran; exit 4");
  await nothingIsWrong(window);
  await window.keys(Key.CONTROL, Key.ENTER);
  await window.see("run-results", '[data-over="true"]');
  assert.match(await text("run-summary"), /3 of 3 done, 3 with another exit status/);
  await inPage(() => document.querySelector('[data-testid="run-row"]').click());
  await window.eventually("its output is shown", async () => (await text("run-output")).includes("it ran"));
  await nothingIsWrong(window);
});

test("a container is found in the tree of ECS, and takes a session", async () => {
  const before = (await sessions(endpoint)).length;
  await inPage(() => document.querySelector('[data-testid="fleet-part"] [data-value="containers"]').click());
  const open = (kind, title) =>
    window.eventually(`${title} is there`, () =>
      inPage(
        (kind, title) => {
          const rows = [...document.querySelectorAll(`[data-testid="container-${kind}"]`)];
          const row = rows.find((one) => one.textContent.startsWith(title));
          row?.focus();
          return row !== undefined && document.activeElement === row;
        },
        kind,
        title,
      ),
    );
  await open("pair", "acme-stage");
  await window.keys(Key.ENTER);
  await open("cluster", "acme-shop");
  await window.keys(Key.ENTER);
  await open("container", "app");
  await nothingIsWrong(window);
  await window.keys(Key.ENTER);
  await window.eventually("the session is there", async () => {
    const all = await sessions(endpoint);
    return all.length === before + 1 && all.at(-1).target.startsWith("ecs:acme-shop_");
  });
});
