// A forward by keys alone: added to a node's echo port, switched on, used, cut and switched off.
import assert from "node:assert/strict";
import { createConnection } from "node:net";
import { after, before, test } from "node:test";
import { nothingIsWrong } from "./axe.mjs";
import { focused, openDemo, search } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { allowLinks, cutLink, openPort, refuseLinks, sessions } from "./simulator.mjs";
import { Key } from "./window.mjs";

/** What the node listens on. */
const ECHO = 7777;

const desk = new Desk();
let window;
let endpoint;
let port;

before(async () => {
  window = await desk.onFirstRun();
  endpoint = await openDemo(window);
  await openPort(endpoint, ECHO, "echo");
});

after(() => desk.leave());

const row = (state) => window.see("forward-row", state === undefined ? "" : `[data-state="${state}"]`);

test("the page without forwards says what they are for", async () => {
  await window.click("forwards-open");
  await window.see("forwards-empty");
  await nothingIsWrong(window);
  await window.keys(Key.ESCAPE);
});

test("a key opens the dialog for the selected node, and Ctrl+Enter adds the forward and turns it on", async () => {
  const node = await search(window, "checkout-api-2", () => window.keys("/"));
  await window.click("node-row", `[data-key="${node.key}"]`);
  await window.eventually("the row has the focus", () => focused(window, "node-row"));
  await window.keys(Key.CONTROL, Key.SHIFT, "l");
  await window.see("forward-dialog");
  await window.eventually("the port has the focus", () => focused(window, "forward-port"));
  await window.keys(String(ECHO));
  await window.eventually("the port was checked", async () => (await (await window.see("forward-port-check")).getAttribute("textContent")).includes("is free"));
  await nothingIsWrong(window);
  await window.keys(Key.CONTROL, Key.ENTER);
  await window.eventually("the dialog is gone", async () => (await window.driver.executeScript(() => document.querySelector("[role=dialog]"))) === null);
});

test("it opens, and bytes go through its port and come back", async () => {
  await window.click("forwards-open");
  await row("up");
  const address = await (await window.see("forward-local")).getAttribute("textContent");
  port = Number(/^localhost:(\d+)$/.exec(address)[1]);
  const counted = async () => (await (await window.see("forward-row")).getAttribute("textContent")).includes("1 open");
  const seen = () => window.eventually("the connection is counted while it is open", counted);
  assert.equal(await echoed("through the node and back\n", seen), "through the node and back\n");
  await nothingIsWrong(window);
});

test("a cut keeps the port, and a connection that comes meanwhile waits for the resume", async () => {
  const { id } = (await sessions(endpoint)).at(-1);
  await refuseLinks(endpoint);
  await cutLink(endpoint, id);
  await row("resuming");
  const answer = echoed("held\n");
  await allowLinks(endpoint);
  assert.equal(await answer, "held\n");
  await row("up");
});

test("Enter on its row turns it off, its port closes and its session is terminated", async () => {
  await window.eventually("the row has the focus", async () => {
    await window.driver.executeScript(() => document.querySelector('[data-testid="forward-row"]').focus());
    return focused(window, "forward-row");
  });
  await window.keys(Key.ENTER);
  await row("off");
  await assert.rejects(echoed("nobody\n"));
  assert.ok((await sessions(endpoint)).every(({ state }) => state === "terminated"));
});

/** As much as `text` is long of what comes back of it. The connection stays open until then, and until `meanwhile` is over: an agent cuts off who ends first. */
function echoed(text, meanwhile = async () => {}) {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: "127.0.0.1", port }, () => socket.write(text));
    let back = "";
    socket.setEncoding("utf8");
    socket.on("data", (part) => {
      back += part;
      if (back.length < text.length) return;
      meanwhile().then(() => resolve(back), reject).finally(() => socket.destroy());
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`it was closed after ${back.length} bytes`)));
  });
}
