// "Run document…" in the real window: chosen and filled in by keys, both outputs, the exit status, again, and after a reload.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { count, focused, inPane, rewrite, search } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { sessions } from "./simulator.mjs";
import { Key } from "./window.mjs";

const RESTARTED = /^Restarted nginx\.service \(graceful\)\.$/m;

const desk = new Desk();
let window;
let endpoint;

before(async () => {
  ({ window, endpoint } = await desk.inDemo());
});

after(() => desk.leave());

test("a document is chosen and filled in by keys alone, and its outputs and exit status are shown", async () => {
  await search(window, "auth-gateway-1", () => window.keys("/"));
  await window.keys(Key.ARROW_DOWN);
  await window.eventually("the pair has the focus", () => focused(window, "pair-group"));
  await window.keys(Key.ARROW_DOWN);
  await window.eventually("its node has the focus", () => focused(window, "node-row"));
  await choose("restart", "Acme-RestartService");
  await window.see("document-form", '[data-kind="non-interactive-separate"]');
  await window.eventually("the first parameter has the focus", () => focusIsIn("mode"));
  await window.keys(Key.TAB);
  await window.eventually("the second parameter has the focus", () => focusIsIn("service"));
  await window.keys(Key.ARROW_RIGHT);
  await window.see("parameter", '[data-name="service"] [data-value="nginx"][aria-checked="true"]');
  await run();
  await window.terminalShows(RESTARTED);
  await window.terminalShows(/^1 connection was drained\.$/m);
  await inPane(window, "exit-status", '[data-status="0"]');
  await window.see("tab", '[data-name="auth-gateway-1"][data-state="ended"][data-exit="0"]');
  assert.match(await (await inPane(window, "pane-document")).getAttribute("textContent"), /^Acme-RestartService/);
});

test("it runs again in the same tab", async () => {
  await (await inPane(window, "reconnect")).click();
  await window.terminalShows(/Restarted nginx[\s\S]*Restarted nginx/);
  await inPane(window, "exit-status", '[data-status="0"]');
  const granted = await sessions(endpoint);
  assert.deepEqual(granted.map(({ document }) => document), ["Acme-RestartService", "Acme-RestartService"]);
  assert.equal(granted[0].target, granted[1].target);
  assert.equal(await count(window, "tab"), 1);
});

test("a command that fails shows its status, and plain lines start at the left", async () => {
  await choose("SeparateOutput", "Acme-NonInteractiveCommand-SeparateOutput");
  await fill("command", String.raw`sh -c "printf 'one\ntwo\n'; printf 'three\nfour\n' >&2; exit 3"`);
  await run();
  await inPane(window, "exit-status", '[data-status="3"]');
  for (const line of ["one", "two", "three", "four"]) await window.terminalShows(new RegExp(`^${line}$`, "m"));
  await window.see("tab", '[data-state="ended"][data-exit="3"]');
});

test("an interactive document takes parameters and keys", async () => {
  await choose("taillog", "Acme-TailLog");
  await window.see("document-form", '[data-kind="interactive"]');
  await fill("lines", "3");
  await window.click("parameter", '[data-name="follow"] [data-value="true"]');
  await run();
  await window.terminalShows(/^made-up line 3 of \/var\/log\/acme\/app\.log$/m);
  await window.terminalShows(/^made-up line of \d\d:\d\d:\d\d$/m);
  assert.doesNotMatch(await window.terminalText(), /made-up line 4/);
  await window.type(Key.chord(Key.CONTROL, "c"));
  await inPane(window, "session-over");
});

test("after a reload a duplicate keeps the document and its parameters", async () => {
  await window.driver.executeScript(() => location.reload());
  await window.eventually("the new page has the tabs", async () =>
    (await count(window, "tab")) === 3 && window.driver.executeScript(() => performance.getEntriesByType("navigation")[0]?.type === "reload"));
  await window.click("tab", '[data-exit="0"]');
  await window.terminalShows(/Restarted nginx[\s\S]*Restarted nginx/);
  await (await inPane(window, "duplicate")).click();
  await window.eventually("a further tab", async () => (await count(window, "tab")) === 4);
  await inPane(window, "exit-status", '[data-status="0"]');
  await window.terminalShows(RESTARTED);
  const [first, ...others] = (await sessions(endpoint)).filter(({ document }) => document === "Acme-RestartService");
  assert.deepEqual(others.map(({ target }) => target), [first.target, first.target]);
});

/** Opens the dialog by its keys and chooses the document that this part of its name finds first. */
async function choose(part, name) {
  await window.keys(Key.CONTROL, Key.SHIFT, "r");
  await window.see("document-row");
  const field = await window.eventually("the documents' search has the focus", () => focused(window, "document-search"));
  await field.sendKeys(part);
  await window.see("document-row", `[data-name="${name}"][aria-selected="true"]`);
  await field.sendKeys(Key.ENTER);
  await window.eventually(`${name} is chosen`, async () => (await (await window.see("document-chosen")).getAttribute("textContent")) === name);
}

function focusIsIn(parameter) {
  return window.driver.executeScript((name) => document.activeElement.closest(`[data-testid="parameter"][data-name="${name}"]`) !== null, parameter);
}

async function fill(parameter, text) {
  await rewrite(await window.see("parameter", `[data-name="${parameter}"] [data-testid="parameter-value"]`), text);
}

async function run() {
  await window.keys(Key.CONTROL, Key.ENTER);
  await window.eventually("the dialog is gone", async () => (await count(window, "run-dialog")) === 0);
}
