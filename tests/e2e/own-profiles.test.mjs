// Access keys that are typed into Postern, and the endpoints of a pair, in the real window and by keys: wrong values are named, a sync
// uses what was typed, and where no keyring keeps a secret the page says so.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { nothingIsWrong } from "./axe.mjs";
import { Keys } from "./by-keys.mjs";
import { Desk, nodeCount } from "./desk.mjs";
import { Key } from "./window.mjs";

const NAME = "break-glass";
const desk = new Desk();
let window;
let keys;
let first;
let second;

before(async () => {
  ({ window } = await desk.withoutFiles());
  keys = new Keys(window);
  [first, second] = accessKeys(readFileSync(desk.simulator.credentials, "utf8"));
});

after(() => desk.leave());

test("what is wrong with an access key is named at its field", async () => {
  await keys.tabTo("first-run-aws");
  await keys.type(Key.ENTER);
  await window.see("settings-page");
  await keys.palette("Add an access key as a profile of Postern…");
  await keys.hasFocus("access-key-name");
  await keys.type(Key.ENTER);
  await keys.hasFocus("access-key-name");
  await keys.fill("access-key-name", NAME);
  await keys.fill("access-key-id", "AKIA");
  await keys.type(Key.ENTER);
  await keys.hasFocus("access-key-id");
  await keys.fill("access-key-id", first.id);
  await keys.type(Key.ENTER);
  await keys.says("access-key-dialog", /not complete without its secret key/);
  await keys.hasFocus("access-key-secret");
  await keys.fill("access-key-secret", "too short");
  await keys.type(Key.ENTER);
  await keys.says("access-key-dialog", /A secret key has 40 letters, digits and signs without spaces/);
  await nothingIsWrong(window);
});

test("a secret that no keyring keeps is there for this run only, and never in the page", async () => {
  await keys.hasFocus("access-key-secret");
  await keys.fill("access-key-secret", first.secret);
  await keys.type(Key.ENTER);
  await keys.isGone("access-key-dialog");
  await window.see("own-profile", `[data-name="${NAME}"]`);
  await window.see("secret-state", '[data-state="this-run"]');
  assert.ok(!(await window.driver.executeScript(() => document.documentElement.outerHTML)).includes(first.secret));
  await nothingIsWrong(window);
});

test("a pair of it is synced with that key", async () => {
  await keys.palette("Add a profile and region pair…");
  await keys.fill("pair-profile", NAME);
  await keys.type(Key.ESCAPE);
  await keys.fill("region-search", first.region);
  await keys.says("region-row", /[1-9]\d* nodes? found/, `[data-region="${first.region}"]`);
  await nothingIsWrong(window);
  await keys.type(Key.ENTER);
  await window.keys(Key.CONTROL, Key.ENTER);
  await keys.isGone("pair-dialog");
  await window.see("pair-row", `[data-profile="${NAME}"][data-phase="done"]`);
  await window.eventually("its nodes are counted", async () => /[1-9]/.test(await pairText()));
});

test("an endpoint that would carry a session in plain text, and one that is no host, are refused by name", async () => {
  await editPair();
  await keys.tabTo("pair-endpoints");
  await keys.type(Key.ENTER);
  await keys.fill("pair-endpoint-ssm", "http://ssm.corp");
  await keys.type(Key.ENTER);
  await keys.says("pair-dialog", /An endpoint is reached by https; http is for this computer only/);
  await keys.hasFocus("pair-endpoint-ssm");
  await keys.fill("pair-endpoint-ssm", "vpce-0123.ssm.eu-central-1.vpce.amazonaws.com/path");
  await keys.type(Key.ENTER);
  await keys.says("pair-dialog", /An endpoint looks like vpce-0123\.ssm\.eu-central-1/);
  await nothingIsWrong(window);
});

test("a place is dialled from the next sync on, and is gone when its field is empty", async () => {
  await keys.hasFocus("pair-endpoint-ssm");
  await keys.fill("pair-endpoint-ssm", "127.0.0.1:1");
  await keys.type(Key.ENTER);
  await keys.isGone("pair-dialog");
  await window.see("pair-row", `[data-profile="${NAME}"][data-phase="partial"]`);
  await editPair();
  assert.equal(await (await window.see("pair-endpoint-ssm")).getAttribute("value"), "https://127.0.0.1:1");
  await keys.fill("pair-endpoint-ssm", "");
  await keys.type(Key.ENTER);
  await keys.isGone("pair-dialog");
  await window.see("pair-row", `[data-profile="${NAME}"][data-phase="done"]`);
});

test("another key needs its own secret, and is used then", async () => {
  await more("own-profile-more", "Edit…");
  await keys.fill("access-key-id", second.id);
  await keys.type(Key.ENTER);
  await keys.says("access-key-dialog", /not complete without its secret key/);
  await keys.fill("access-key-secret", second.secret);
  await keys.type(Key.ENTER);
  await keys.isGone("access-key-dialog");
  await keys.says("own-profile", new RegExp(`…${second.id.slice(-4)}`));
  await keys.palette("Sync now");
  await window.see("pair-row", `[data-profile="${NAME}"][data-phase="done"]`);
});

test("a profile that is removed leaves its pair, which says what is missing", async () => {
  await more("own-profile-more", "Remove…");
  await window.see("confirm-dialog");
  await keys.tabTo("confirm");
  await keys.type(Key.ENTER);
  await keys.isGone("own-profile");
  await keys.says("pair-problem", new RegExp(`no AWS profile named ${NAME}`, "i"));
  assert.ok((await nodeCount(window)) >= 0);
});

/** The pair's dialog, by the menu of its row. */
async function editPair() {
  await more("pair-more", "Edit…", `[data-testid="pair-row"][data-profile="${NAME}"]`);
  await window.see("pair-dialog");
}

/** Chooses from the menu of a button that Tab leads to. */
async function more(button, entry, within = "") {
  await keys.tabTo(button, within);
  await keys.type(Key.ENTER);
  await window.eventually(`the menu's ${entry}`, async () => {
    const current = await window.driver.executeScript(() => document.activeElement?.closest('[role="menuitem"]')?.textContent ?? null);
    if (current?.startsWith(entry)) return true;
    if (current !== null || (await window.driver.executeScript(() => document.querySelector('[role="menu"]') !== null))) await window.keys(Key.ARROW_DOWN);
    return false;
  });
  await keys.type(Key.ENTER);
}

const pairText = async () => (await window.see("pair-row", `[data-profile="${NAME}"]`)).getText();

/** Pairs of id and secret, as a credentials file has them. */
function accessKeys(text) {
  const found = text.matchAll(/aws_access_key_id = (\S+)\naws_secret_access_key = (\S+)/g);
  return [...found].map(([, id, secret]) => ({ id, secret, region: "eu-central-1" }));
}
