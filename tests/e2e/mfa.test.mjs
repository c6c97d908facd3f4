// A role that wants the code of an MFA device, in the real window: one dialog, a code that is refused, a code that is right.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { nothingIsWrong } from "./axe.mjs";
import { count, focused } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { Key } from "./window.mjs";

const PROFILE = "role-mfa";
const desk = new Desk();
let window;
let endpoint;

before(async () => {
  let simulator;
  ({ window, simulator } = await desk.onSimulator({ options: ["--every-kind"] }));
  ({ endpoint } = simulator);
});

after(() => desk.leave());

test("a pair whose role wants a code asks for it in a dialog", async () => {
  await window.click("first-run-aws");
  await window.eventually("the search has the focus", () => focused(window, "profile-search"));
  await type(PROFILE, Key.ENTER);
  await window.eventually("one is picked", async () => /Add 1 pair/.test(await textOf("choose-profiles-add")));
  await window.click("choose-profiles-add");
  // Where the question comes before the other dialog is closed, a message says it.
  await window.eventually("the question is there", async () => (await count(window, "mfa-dialog")) + (await count(window, "mfa-wanted")) > 0);
  if ((await count(window, "mfa-dialog")) === 0) await window.click("mfa-enter");
  await window.see("mfa-dialog");
  assert.match(await textOf("mfa-dialog"), new RegExp(`MFA code for ${PROFILE}`));
  await nothingIsWrong(window);
});

test("a code that is not right says so and is asked for again", async () => {
  await answer("000000");
  await window.eventually("the reason is told", async () => (await count(window, "mfa-refused")) === 1);
  assert.notEqual((await textOf("mfa-refused")).trim(), "");
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
  await type(code, Key.ENTER);
}

/** Keys to whatever has the focus, one after the other. */
async function type(...keys) {
  for (const key of keys) await (await window.driver.switchTo().activeElement()).sendKeys(key);
}

const textOf = async (testId) => (await window.see(testId)).getAttribute("textContent");
