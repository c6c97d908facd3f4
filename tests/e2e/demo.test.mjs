// The demo in the real window: a shell, its size, a cut link, and the end of the session.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { terminate } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { cutLink, sessions } from "./simulator.mjs";

const desk = new Desk();
let window;
let endpoint;

before(async () => {
  window = await desk.onFirstRun();
});

after(() => desk.leave());

test("the first run offers the demo, which syncs a fleet over the AWS wire", async () => {
  await window.click("first-run-demo");
  await window.see("node-row", '[data-name="auth-gateway-1"]');
  const badge = await (await window.see("demo-badge")).getText();
  endpoint = `http://${/127\.0\.0\.1:\d+/.exec(badge)[0]}`;
  assert.deepEqual(await sessions(endpoint), []);
});

test("a hostile node name is shown as text", async () => {
  const names = await window.driver.executeScript(() => [...document.querySelectorAll('[data-testid="node-row"]')].map((row) => row.dataset.name));
  assert.ok(names.some((name) => name.includes("<img src=x")), names.join("\n"));
  const images = await window.driver.executeScript(() => document.querySelectorAll("img[src=x], script:not([src])").length);
  assert.equal(images, 0);
});

test("a double click opens a real shell whose UTF-8 output arrives whole", async () => {
  await window.point((actions, node) => actions.doubleClick(node), "node-row", '[data-name="auth-gateway-1"]');
  await window.terminalShows(/\$ ?$/m);
  // Typed as escapes: WebDriver sends letters beyond ASCII unlike any keyboard does.
  await window.command(String.raw`printf 'Gr\u00fc\u00dfe aus Z\u00fcrich, \u6771\u4eac \U0001f680\n'; echo pid=$$.`);
  await window.terminalShows(/Grüße aus Zürich, 東\s?京\s? 🚀/);
  await window.terminalShows(/pid=\d+\./);
});

test("the shell knows the terminal's size, and every new one", async () => {
  const before = await sizeInShell("first");
  assert.equal(before.rows, await rowsOnScreen());
  await window.driver.manage().window().setRect({ width: 1000, height: 640 });
  await window.eventually("the terminal gets smaller", async () => (await rowsOnScreen()) < before.rows);
  const after = await window.eventually("the shell hears of it", async () => {
    const shell = await sizeInShell(`s${Date.now()}`);
    return shell.rows === (await rowsOnScreen()) ? shell : null;
  });
  assert.ok(after.rows < before.rows && after.cols < before.cols, JSON.stringify({ before, after }));
  await window.driver.manage().window().setRect({ width: 1440, height: 900 });
});

test("after a cut link the same shell answers, and keys typed meanwhile arrive", async () => {
  await window.command("clear; echo before=$$.");
  const [, before] = await window.terminalShows(/before=(\d+)\./);
  const [session] = await sessions(endpoint);
  await cutLink(endpoint, session.id);
  await window.command("echo after=$$.");
  const [, after] = await window.terminalShows(/after=(\d+)\./);
  assert.equal(after, before);
  const listed = await sessions(endpoint);
  assert.equal(listed.length, 1, "it is the same session");
});

test("closing the tab terminates the session, after a question", async () => {
  await window.click("tab-close");
  await terminate(window);
  await window.eventually("the simulator says so", async () => {
    const [session] = await sessions(endpoint);
    return session.state === "terminated";
  });
  await window.see("no-session");
});

/** What `stty size` says, marked so that an older answer is not read. */
async function sizeInShell(mark) {
  await window.command(`clear; echo ${mark}=$(stty size)=`);
  const [, rows, cols] = await window.terminalShows(new RegExp(`^${mark}=(\\d+) (\\d+)=`, "m"));
  return { rows: Number(rows), cols: Number(cols) };
}

/** The terminal's rows as drawn. */
function rowsOnScreen() {
  return window.driver.executeScript(() => {
    const terminal = [...document.querySelectorAll('[data-testid="terminal"]')].find((element) => element.offsetParent !== null);
    return terminal.querySelectorAll(".xterm-rows > div").length;
  });
}
