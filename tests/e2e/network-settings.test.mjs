// The proxy of the settings in the real window, by keys: wrong values are named, and its password goes to the keyring and nowhere else.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { nothingIsWrong } from "./axe.mjs";
import { Keys } from "./by-keys.mjs";
import { Desk } from "./desk.mjs";
import { Key } from "./window.mjs";

const PASSWORD = "canary-of-the-proxy";
const desk = new Desk();
let window;
let keys;

before(async () => {
  ({ window } = await desk.onSimulator({ keyring: true }));
  keys = new Keys(window);
});

after(() => desk.leave());

test("every page of the settings is a line of the palette", async () => {
  await window.see("first-run-aws");
  await window.keys(Key.ENTER);
  await keys.hasFocus("profile-search");
  await keys.type(Key.ESCAPE);
  for (const [title, section] of [["AWS accounts", "accounts"], ["sync", "sync"], ["general", "general"], ["terminal", "terminal"], ["about", "about"], ["network", "network"]]) {
    await keys.palette(`Settings: ${title}`);
    await window.see(`settings-${section}`, '[aria-current="page"]');
  }
});

test("a host that is none and a port that is none are named at their fields", async () => {
  await keys.palette("Set the proxy…");
  await keys.hasFocus("proxy-host");
  await keys.fill("proxy-host", "http://proxy.corp");
  await keys.fill("proxy-port", "3128");
  await keys.type(Key.ENTER);
  await keys.says("proxy-dialog", /A proxy is a host such as proxy\.example/);
  await keys.hasFocus("proxy-host");
  await keys.fill("proxy-host", "proxy.corp");
  await keys.fill("proxy-port", "99999");
  await keys.type(Key.ENTER);
  await keys.says("proxy-dialog", /a port from 1 to 65535/);
  await keys.hasFocus("proxy-port");
  await nothingIsWrong(window);
});

test("with user and password it is used, and the page says where the password is", async () => {
  await keys.fill("proxy-port", "3128");
  await keys.fill("proxy-user", "ada");
  await keys.fill("proxy-password", PASSWORD);
  await keys.type(Key.ENTER);
  await keys.isGone("proxy-dialog");
  await keys.says("proxy-details", /^Login as ada, password in the keyring\.$/);
  await nothingIsWrong(window);
});

test("the password never comes back into the page, and no file has it", async () => {
  await keys.tabTo("proxy-edit");
  await keys.type(Key.ENTER);
  await keys.hasFocus("proxy-host");
  assert.equal(await (await window.see("proxy-password")).getAttribute("value"), "");
  await keys.says("proxy-dialog", /left empty, the one that is kept stays/);
  const known = await window.driver.executeAsyncScript((done) => {
    const values = [...document.querySelectorAll("input")].map(({ value }) => value);
    window.__TAURI_INTERNALS__.invoke("bootstrap").then((view) => done(JSON.stringify([document.documentElement.outerHTML, values, view])));
  });
  assert.ok(known.includes("ada") && !known.includes(PASSWORD));
  await keys.type(Key.ESCAPE);
  await keys.isGone("proxy-dialog");
  const telling = files(desk.home.path).filter((path) => readFileSync(path).includes(PASSWORD));
  assert.deepEqual(telling, []);
});

test("after a restart both are there", async () => {
  await reopen();
  await keys.palette("Settings: network");
  await keys.says("proxy-details", /^Login as ada, password in the keyring\.$/);
});

test("a certificate bundle is a path; the proxy can be put aside with the arrow keys", async () => {
  const field = await keys.tabTo("setting-ca-bundle");
  await field.sendKeys("/etc/corp.pem", Key.ENTER);
  await keys.palette("Settings: network");
  await keys.tabTo("setting-proxy");
  await window.keys(Key.ARROW_LEFT);
  await window.eventually("the proxy is put aside", async () => (await chosen()) === "none");
  await reopen();
  await keys.palette("Settings: network");
  await window.eventually("it stays aside", async () => (await chosen()) === "none");
  assert.equal(await (await window.see("setting-ca-bundle")).getAttribute("value"), "/etc/corp.pem");
});

const chosen = () => window.driver.executeScript(() => document.querySelector('[data-testid="setting-proxy"] [aria-checked="true"]')?.dataset.value);

async function reopen() {
  window = await desk.reopen();
  keys = new Keys(window);
  await window.see("command-field");
}

/** Every file of a folder that can be read whole. */
function files(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}
