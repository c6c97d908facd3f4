// Connections from files in the real window: NETworkManager and a table twice, back with one word, and a team file that changes.
import assert from "node:assert/strict";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { count, focused } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { Key } from "./window.mjs";

const desk = new Desk();
let window;

const data = (name) => join(import.meta.dirname, "../../crates/import/tests/data", name);
const own = (name) => join(desk.home.path, name);

before(async () => {
  ({ window } = await desk.inDemo());
});

after(() => desk.leave());

async function act(title) {
  await window.keys(Key.CONTROL, "k");
  const input = await window.eventually("the palette has the focus", () => focused(window, "palette-input"));
  await input.sendKeys(`>${title}`);
  await window.see("palette-item");
  await input.sendKeys(Key.ENTER);
}

/** Reads a file in the dialog; resolves with what the review says of it. */
async function review(path) {
  await act("import connections");
  const field = await window.eventually("the path has the focus", () => focused(window, "import-path"));
  await field.sendKeys(path, Key.ENTER);
  await window.see("import-review");
  return entries();
}

const entries = () =>
  window.driver.executeScript(() =>
    [...document.querySelectorAll('[data-testid="import-entry"]')].map((row) => `${row.dataset.state} ${row.textContent}`));

async function take() {
  await window.click("import-apply");
  await window.eventually("the dialog is closed", async () => (await count(window, "import-review")) === 0);
}

async function leave() {
  await window.click("import-review-cancel");
  // The path is still there, so that Esc would ask first.
  await window.click("import-dialog-cancel");
  await window.eventually("the dialog is closed", async () => (await count(window, "import-dialog")) === 0);
}

const team = () =>
  window.driver.executeScript(() =>
    [...document.querySelectorAll('[data-testid="team-connection"] span:last-child')].map((name) => name.textContent));

test("profiles of NETworkManager are shown first, taken, taken back, and taken again", async () => {
  const first = await review(data("networkmanager-2025.xml"));
  assert.ok(first.some((row) => row.startsWith("new") && row.includes("web-1")), first.join("\n"));
  assert.ok(first.some((row) => row.startsWith("unusable") && row.includes("router")), first.join("\n"));
  await take();
  await window.click("toast", " button");
  const again = await review(data("networkmanager-2025.xml"));
  assert.ok(again.some((row) => row.startsWith("new") && row.includes("web-1")), again.join("\n"));
  await take();
  const third = await review(data("networkmanager-2025.xml"));
  assert.equal(third.filter((row) => row.startsWith("same")).length, 2, third.join("\n"));
  assert.equal(third.filter((row) => row.startsWith("new")).length, 0, third.join("\n"));
  await leave();
});

test("a table is taken, and a second time only what changed in it", async () => {
  const file = own("nodes.csv");
  writeFileSync(file, "Name,Instance ID,Group\nbatch-1,i-0a1b2c3d,Imported\n");
  assert.ok((await review(file)).some((row) => row.startsWith("new") && row.includes("batch-1")));
  await take();
  writeFileSync(file, "Name,Instance ID,Group\nbatch-1,i-0a1b2c3e,Imported\n");
  const changed = await review(file);
  assert.deepEqual(changed.filter((row) => row.startsWith("changed")).length, 1, changed.join("\n"));
  assert.ok(changed.join().includes("target: i-0a1b2c3d → i-0a1b2c3e"), changed.join("\n"));
  await take();
});

test("an encrypted file asks for its password, and tells a wrong one", async () => {
  await act("import connections");
  const field = await window.eventually("the path has the focus", () => focused(window, "import-path"));
  await field.sendKeys(data("networkmanager-2026.encrypted"), Key.ENTER);
  const password = await window.see("import-password");
  await password.sendKeys("wrong", Key.ENTER);
  await window.eventually("the wrong password is told", async () =>
    (await (await window.see("import-dialog")).getText()).includes("does not open the file"));
  // WebDriver sends letters beyond ASCII unlike any keyboard does.
  await window.driver.executeScript((text) => {
    const field = document.querySelector('[data-testid="import-password"]');
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }, "pässword 1");
  await password.sendKeys(Key.ENTER);
  await window.see("import-review");
  await leave();
});

test("a team file is shown, read again when it changes, and stays as it was while it is broken", async () => {
  const file = own("team.postern.json");
  const connections = (...names) => names.map((name) => ({ name, target: "i-0a1b2c3d4e5f67890" }));
  const write = (...names) => {
    const text = JSON.stringify({ format: "postern-connections", version: 1, connections: connections(...names) });
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  write("team-web");
  await act("add a team file");
  const field = await window.eventually("the path has the focus", () => focused(window, "import-path"));
  await field.sendKeys(file, Key.ENTER);
  await window.eventually("what it holds is shown", async () => (await team()).join() === "team-web");
  write("team-web", "team-db");
  await window.eventually("the change is shown", async () => (await team()).join() === "team-web,team-db");
  writeFileSync(file, readFileSync(file, "utf8").slice(0, 40));
  await window.see("team-file-problem");
  assert.deepEqual(await team(), ["team-web", "team-db"]);
  write("team-cache");
  await window.eventually("it is read again", async () => (await team()).join() === "team-cache");
  assert.equal(await count(window, "team-file-problem"), 0);
});
