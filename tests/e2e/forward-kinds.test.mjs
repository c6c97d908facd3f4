// Forwards of every kind by keys alone: several ports at once by tags, an address that others reach only after a typed word, and SOCKS.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createConnection } from "node:net";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { nothingIsWrong } from "./axe.mjs";
import { Keys } from "./by-keys.mjs";
import { openDemo } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { openPort } from "./simulator.mjs";
import { Key } from "./window.mjs";

/** What every node listens on; other tests forward to other ports, at the same time. */
const PORTS = [7781, 7782];
/** No other computer reaches it, and it is not what a forward listens on by itself. */
const OTHER_ADDRESS = "127.0.0.77";

const desk = new Desk();
let window;
let keys;
let endpoint;

before(async () => {
  window = await desk.onFirstRun();
  keys = new Keys(window);
  endpoint = await openDemo(window);
  for (const port of PORTS) await openPort(endpoint, port, "echo");
});

after(() => desk.leave());

const row = (name, state) => window.see("forward-row", `[data-name="${name}"][data-state="${state}"]`);
const says = (name, testId) => window.driver.executeScript((of, id) => document.querySelector(`[data-name="${of}"] [data-testid="${id}"]`)?.textContent ?? null, name, testId);

const focusIs = (kind) => window.driver.executeScript((value) => document.activeElement.dataset.value === value, kind);

async function addForward() {
  await window.keys(Key.CONTROL, Key.SHIFT, "l");
  await window.see("forward-dialog");
}

test("two ports are forwarded by tags at once, and each row says which node it goes by", async () => {
  await window.click("forwards-open");
  await addForward();
  await keys.tabTo("forward-by");
  await keys.type(Key.ENTER);
  await keys.hasFocus("forward-pair");
  await keys.type("acme-stage / eu-central-1", Key.ESCAPE);
  await keys.fill("forward-tags", "team=checkout");
  await keys.says("forward-dialog", /nodes? with the agent online, such as|only: nothing to move to/);
  await keys.fill("forward-port", PORTS.join(", "));
  await keys.fill("forward-name", "Echo");
  await keys.says("forward-ports", /2 forwards: 17781, 17782/);
  await nothingIsWrong(window);
  await window.keys(Key.CONTROL, Key.ENTER);
  await keys.isGone("forward-dialog");
  for (const port of PORTS) {
    await row(`Echo ${port}`, "up");
    assert.equal(await says(`Echo ${port}`, "forward-local"), `localhost:${port + 10_000}`);
    await window.eventually("the row names a node", async () => /^[a-z][\w-]*-\d+$/.test(await says(`Echo ${port}`, "forward-through")));
    assert.equal(await echoed("127.0.0.1", port + 10_000), "there and back\n");
  }
  await nothingIsWrong(window);
});

test("an address for others takes a typed word, and stays marked in its row", async () => {
  await addForward();
  await keys.fill("forward-via", "checkout-api-2");
  await keys.type(Key.ARROW_DOWN, Key.ENTER);
  await keys.fill("forward-port", String(PORTS[0]));
  await keys.fill("forward-name", "For a container");
  await keys.tabTo("forward-exposed");
  await keys.type(Key.SPACE);
  await keys.hasFocus("forward-address");
  await keys.type(OTHER_ADDRESS);
  await window.keys(Key.CONTROL, Key.ENTER);
  await keys.hasFocus("forward-confirmation");
  await nothingIsWrong(window);
  await keys.type("expose");
  await window.keys(Key.CONTROL, Key.ENTER);
  await keys.isGone("forward-dialog");
  await row("For a container", "up");
  await window.see("forward-open-to-others");
  const local = await says("For a container", "forward-local");
  const [, port] = new RegExp(`^${OTHER_ADDRESS}:(\\d+)$`).exec(local);
  assert.equal(await echoed(OTHER_ADDRESS, Number(port)), "there and back\n");
  await assert.rejects(echoed("127.0.0.1", Number(port)), "it listens there only");
  await nothingIsWrong(window);
});

test("the hosts that AWS lists behind a node are offered with their ports", async () => {
  await addForward();
  await keys.tabTo("forward-kind");
  await keys.type(Key.ARROW_RIGHT);
  await window.eventually("the second kind", () => focusIs("host"));
  await keys.fill("forward-via", "checkout-api-2");
  await keys.type(Key.ARROW_DOWN, Key.ENTER);
  await keys.fill("forward-host", "rds.amazonaws.com");
  await window.eventually("a database is offered", () => window.driver.executeScript(() => document.querySelector('[role="option"]')?.textContent.includes(".rds.amazonaws.com")));
  await keys.type(Key.ARROW_DOWN, Key.ENTER);
  const port = await window.see("forward-port");
  await window.eventually("its port is filled in", async () => ["3306", "5432"].includes(await port.getAttribute("value")));
  await nothingIsWrong(window);
  await keys.fill("forward-name", "Database");
  await window.keys(Key.CONTROL, Key.ENTER);
  await keys.isGone("forward-dialog");
  await row("Database", "up");
});

test("a SOCKS proxy leads real clients to the hosts that it names, and to no other", async () => {
  await openPort(endpoint, 80, "web", "shop.internal");
  await addForward();
  await keys.tabTo("forward-kind");
  await keys.type(Key.ARROW_RIGHT);
  await window.eventually("the second kind", () => focusIs("host"));
  await keys.type(Key.ARROW_RIGHT);
  await window.eventually("the third kind", () => focusIs("socks"));
  await keys.fill("forward-via", "checkout-api-2");
  await keys.type(Key.ARROW_DOWN, Key.ENTER);
  await keys.fill("forward-allowed", "*.internal");
  await keys.fill("forward-name", "Shop");
  await nothingIsWrong(window);
  await window.keys(Key.CONTROL, Key.ENTER);
  await keys.isGone("forward-dialog");
  await row("Shop", "up");
  const [, port] = /^socks5 localhost:(\d+)$/.exec(await says("Shop", "forward-local"));
  const curl = (host) => promisify(execFile)("curl", ["--silent", "--show-error", "--noproxy", "", "--max-time", "60", "--socks5-hostname", `127.0.0.1:${port}`, `http://${host}/files/1.txt`]);
  assert.equal((await curl("shop.internal")).stdout, "This is file 1.\n");
  await assert.rejects(curl("shop.example"), /SOCKS5|not allowed|connect/i);
  await nothingIsWrong(window);
});

/** What comes back of a line. The connection stays open until then: an agent cuts off who ends first. */
function echoed(host, port) {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port }, () => socket.write("there and back\n"));
    let back = "";
    socket.setEncoding("utf8");
    socket.on("data", (part) => {
      back += part;
      if (!back.endsWith("\n")) return;
      resolve(back);
      socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`it was closed after ${back.length} bytes`)));
  });
}
