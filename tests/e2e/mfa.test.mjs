// A role that wants the code of an MFA device, in the real window: one dialog, a code that is refused, a question that waits for its
// turn, a code that is right.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { nothingIsWrong } from "./axe.mjs";
import { Keys } from "./by-keys.mjs";
import { count, focused } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { Key } from "./window.mjs";

const PROFILE = "role-mfa";
const desk = new Desk();
let window;
let keys;
let endpoint;

before(async () => {
  let simulator;
  ({ window, simulator } = await desk.onSimulator({ options: ["--every-kind"] }));
  ({ endpoint } = simulator);
  keys = new Keys(window);
});

after(() => desk.leave());

test("a pair whose role wants a code asks for it in a dialog", async () => {
  await window.click("first-run-aws");
  await window.eventually("the search has the focus", () => focused(window, "profile-search"));
  await keys.type(PROFILE, Key.ENTER);
  await window.eventually("one is picked", async () => /Add 1 pair/.test(await textOf("choose-profiles-add")));
  await window.click("choose-profiles-add");
  // It may come before the other dialog is closed.
  await window.see("mfa-dialog");
  const [, account, role] = /\[profile role-mfa\][^[]*role_arn = arn:aws:iam::(\d+):role\/(\S+)/.exec(readFileSync(desk.home.awsConfig, "utf8"));
  assert.match(await textOf("mfa-dialog"), new RegExp(`MFA code for ${PROFILE}.*Role ${role} in account ${account}`));
  await nothingIsWrong(window);
});

test("a code that is not right says so and is asked for again", async () => {
  await answer("000000");
  await window.eventually("the reason is told", async () => (await count(window, "mfa-refused")) === 1);
  assert.notEqual((await textOf("mfa-refused")).trim(), "");
});

test("who gives up is not asked by a timer; a question that comes while something is filled in waits until that is closed", async () => {
  await keys.hasFocus("mfa-code");
  await keys.tabTo("mfa-dialog-cancel");
  await keys.type(Key.ENTER);
  await keys.isGone("mfa-dialog");
  await keys.palette("New group…");
  await keys.hasFocus("group-name");
  await keys.type("half a na");
  // What a sync that somebody asked for does, while the dialog has the keys.
  await window.driver.executeScript(() => window.__TAURI_INTERNALS__.invoke("sync_all"));
  await window.see("mfa-wanted");
  assert.equal(await (await window.see("group-name")).getAttribute("value"), "half a na");
  await keys.type("me", Key.ENTER);
  await keys.isGone("group-dialog");
  await keys.hasFocus("mfa-code");
  assert.equal(await count(window, "mfa-wanted"), 0);
});

test("with the right code the pair is synced, and nobody is asked again", async () => {
  // Each account has a device of the same name.
  const [, serial] = /\[profile role-mfa\][^[]*mfa_serial = (\S+)/.exec(readFileSync(desk.home.awsConfig, "utf8"));
  const page = await (await fetch(`${endpoint}/mfa`)).text();
  await answer(page.split(`${serial}</dt><dd><code>`)[1].slice(0, 6));
  await window.eventually("the pair is synced", async () => /Synced 1 of 1/.test(await textOf("status-sync")));
  assert.equal((await count(window, "mfa-dialog")) + (await count(window, "mfa-wanted")), 0);
});

async function answer(code) {
  await window.eventually("the field has the focus", () => focused(window, "mfa-code"));
  await window.keys(Key.CONTROL, "a");
  await keys.type(code, Key.ENTER);
}

const textOf = async (testId) => (await window.see(testId)).getAttribute("textContent");
