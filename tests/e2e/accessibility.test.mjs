// What axe-core finds wrong in the real window: names, headings, landmarks, contrast. It must find nothing on any main screen.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { inPane, openDemo, openShell, resumeNow, search } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { allowLinks, cutLink, refuseLinks, sessions } from "./simulator.mjs";
import { Key } from "./window.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const desk = new Desk();
let window;
let endpoint;

before(async () => {
  window = await desk.onFirstRun();
  await window.driver.manage().setTimeouts({ script: 60_000 });
});

after(() => desk.leave());

test("the first run", () => nothingIsWrong());

test("the workspace with a session", async () => {
  endpoint = await openDemo(window);
  const node = await search(window, "checkout-api-2");
  await openShell(window, node);
  await nothingIsWrong();
});

test("a session that resumes", async () => {
  const [{ id }] = await sessions(endpoint);
  await refuseLinks(endpoint);
  await cutLink(endpoint, id);
  await inPane(window, "resuming");
  await nothingIsWrong();
  await allowLinks(endpoint);
  await resumeNow(window);
  await window.see("tab", '[data-state="connected"]');
});

test("a session that is over", async () => {
  await window.command("exit");
  await inPane(window, "session-over");
  await nothingIsWrong();
});

for (const [name, testId, ...keys] of [
  ["the palette", "palette", Key.CONTROL, Key.SHIFT, "k"],
  ["the connect dialog", "connect-dialog", Key.CONTROL, Key.SHIFT, "o"],
  ["the run dialog", "run-dialog", Key.CONTROL, Key.SHIFT, "r"],
]) {
  test(name, async () => {
    await window.keys(...keys);
    await window.see(testId);
    await nothingIsWrong();
    await window.keys(Key.ESCAPE);
    await window.eventually("it is closed", async () => (await window.driver.executeScript(() => document.querySelector("[role=dialog]"))) === null);
  });
}

for (const section of ["accounts", "sync", "general", "terminal", "about"]) {
  test(`the settings: ${section}`, async () => {
    await window.click("settings-open");
    await window.click(`settings-${section}`);
    await window.see(`settings-${section}`, '[aria-current="page"]');
    await nothingIsWrong();
  });
}

/** Asks axe-core in both themes. */
async function nothingIsWrong() {
  for (const theme of ["dark", "light"]) {
    await window.driver.executeScript((name) => document.documentElement.setAttribute("data-theme", name), theme);
    const { found, passed } = await ask();
    assert.ok(passed > 10, `axe-core looked at something: ${passed} rules passed`);
    assert.deepEqual(found, [], theme);
  }
}

async function ask() {
  await window.driver.executeScript(`if (window.axe === undefined) { ${AXE} }`);
  return window.driver.executeAsyncScript((done) => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    window.axe
      .run(document, { runOnly: { type: "tag", values: tags }, rules: { "label-content-name-mismatch": { enabled: true } } })
      .then(({ violations, passes }) =>
        done({
          passed: passes.length,
          found: violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} (${failureSummary})`).join("; ")}`),
        }),
      );
  });
}
