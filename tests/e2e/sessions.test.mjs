// What a session lives through in the real window: a long paste, a page that is loaded anew, its end, and a node that has none.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { connect } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { sessions } from "./simulator.mjs";
import { By, Key } from "./window.mjs";

const desk = new Desk();
let window;
let endpoint;

before(async () => {
  ({ window, endpoint } = await desk.inDemo());
  await open("auth-gateway-1");
});

after(() => desk.leave());

test("many lines are asked about, and 200 KB of them arrive byte for byte", async () => {
  const text = Array.from({ length: 4000 }, (_, line) => `${line} Zürich 東京 \t${"x".repeat(line % 60)}`).join("\n");
  assert.ok(Buffer.byteLength(text) > 200_000);
  // A shell at its prompt takes a paste as one text, so that nobody is asked; the echo of a command comes before its start.
  await window.command("echo rea''dy; cat > pasted; sha256sum pasted");
  await window.terminalShows(/^ready$/m);
  await paste(text);
  await window.click("paste-confirm");
  // The last line break is dropped; Enter and Ctrl+D end the file.
  await window.type(Key.ENTER, Key.CONTROL, "d", Key.NULL);
  const [, arrived] = await window.terminalShows(/^([0-9a-f]{64}) {2}pasted$/m);
  assert.equal(arrived, createHash("sha256").update(`${text}\n`).digest("hex"));
});

test("nothing is sent of a paste that is refused", async () => {
  await window.command("clear; cat");
  await window.eventually("a tidy screen", async () => !(await window.terminalText()).includes("pasted"));
  await paste("echo one\necho two\n");
  await window.see("paste-dialog");
  await window.keys(Key.ESCAPE);
  await window.type(Key.CONTROL, "d", Key.NULL);
  await window.command("echo only=$((1+2))");
  await window.terminalShows(/^only=3$/m);
  assert.doesNotMatch(await window.terminalText(), /one|two/);
});

test("a page that is loaded anew shows the same tabs and goes on in the same shells", async () => {
  await open("kafka-broker-2");
  await window.command("echo before=$$.");
  const [, before] = await window.terminalShows(/before=(\d+)\./);
  const granted = await sessions(endpoint);
  await window.driver.executeScript(() => location.reload());
  await window.eventually("the new page has both tabs", async () =>
    (await window.driver.executeScript(() => performance.getEntriesByType("navigation")[0]?.type === "reload" && [...document.querySelectorAll('[data-testid="tab"]')].map((tab) => tab.dataset.name).join())) ===
    "auth-gateway-1,kafka-broker-2");
  await window.see("tab", '[data-name="kafka-broker-2"][aria-selected="true"]');
  await window.terminalShows(new RegExp(`before=${before}\\.`));
  await window.eventually("the terminal has the keys", () => window.driver.executeScript(() => document.activeElement.closest('[data-testid="terminal"]') !== null));
  await window.command("echo after=$$.");
  const [, now] = await window.terminalShows(/after=(\d+)\./);
  assert.equal(now, before);
  const marked = await window.driver.executeScript(() => document.querySelectorAll('[data-testid="tab"] [aria-label="New output"]').length);
  assert.equal(marked, 0, "what was seen before is no news");
  await window.click("tab", '[data-name="auth-gateway-1"]');
  await window.terminalShows(/^only=3$/m);
  const ids = (list) => list.map(({ id, state }) => `${id} ${state}`);
  assert.deepEqual(ids(await sessions(endpoint)), ids(granted));
});

test("a shell that exits leaves its text, and a new session opens in the same tab", async () => {
  await window.command("exit");
  await window.see("session-over");
  assert.match(await window.terminalText(), /only=3/);
  await window.click("reconnect");
  await window.see("tab", '[data-name="auth-gateway-1"][data-state="connected"]');
  await window.command("echo again=$((2+2))");
  await window.terminalShows(/again=4/);
  assert.equal((await window.driver.findElements(By.css('[data-testid="tab"]'))).length, 2);
});

test("a node whose agent is silent says why it has no session", async () => {
  await (await window.see("search")).sendKeys("ping:lost");
  const { key, name } = await window.eventually("only silent nodes", () =>
    window.driver.executeScript(() => {
      const rows = [...document.querySelectorAll('[data-testid="node-row"]')];
      const settled = rows.length > 0 && rows.every((row) => /agent lost/.test(row.getAttribute("aria-label")));
      return settled ? { key: rows[0].dataset.key, name: rows[0].dataset.name } : null;
    }));
  await connect(window, "node-row", `[data-key="${key}"]`);
  await window.click("confirm");
  const failure = await (await window.see("session-failed")).getText();
  assert.match(failure, /is not connected to Systems Manager[\s\S]*Check that the node runs/);
  await window.see("tab", `[data-name="${name}"][data-state="failed"]`);
});

async function open(node) {
  await connect(window, "node-row", `[data-name="${node}"]`);
  await window.terminalShows(/made-up node[\s\S]*\$ ?$/m);
}

/** The event that the web view sends for Ctrl+Shift+V; the clipboard itself belongs to the whole screen. */
async function paste(text) {
  await window.driver.executeScript((pasted) => {
    const input = [...document.querySelectorAll('[data-testid="terminal"] textarea')].find((area) => area.closest('[data-testid="terminal"]').offsetParent !== null);
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}
