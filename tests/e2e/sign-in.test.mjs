// A first run with nothing but an IAM Identity Center: sign in, choose accounts, roles and Regions, sync, open a shell, by keys.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { nothingIsWrong } from "./axe.mjs";
import { count, focused, search } from "./demo.mjs";
import { Desk, nodeCount } from "./desk.mjs";
import { confirmSignIn, expireTokens, revokeTokens, sessions } from "./simulator.mjs";
import { Key } from "./window.mjs";

const desk = new Desk();
let window;
let endpoint;

before(async () => {
  ({ window, endpoint } = await desk.withoutFiles());
});

after(() => desk.leave());

test("the first run asks for the start URL and the Region, and says what is wrong with them", async () => {
  await window.keys("s");
  await fieldHasFocus("new-center-url");
  await type("acme.awsapps.com", Key.ENTER);
  await window.eventually("the rule stands under the field", async () =>
    /A start URL looks like/.test(await textOf("new-center-dialog")));
  await nothingIsWrong(window);
  await fieldHasFocus("new-center-url");
  await window.keys(Key.CONTROL, "a");
  await type("https://acme.awsapps.com/start", Key.TAB);
  await fieldHasFocus("new-center-region");
  await type("eu-central-1", Key.ESCAPE, Key.ENTER);
});

test("the code of the dialog is confirmed on the page that it leads to", async () => {
  const code = await window.see("sign-in-code");
  await window.eventually("the button has the keys", () => focused(window, "sign-in-open"));
  const [letters, url] = [await code.getText(), await code.getAttribute("data-url")];
  assert.match(letters, /^[A-Z]{4}-[A-Z]{4}$/);
  assert.ok(url.startsWith(`${endpoint}/device`) && url.includes(letters), url);
  assert.match(await (await fetch(url)).text(), new RegExp(letters));
  await nothingIsWrong(window);
  await confirmSignIn(endpoint, letters);
  await window.see("accounts-dialog");
});

test("accounts and roles are found and picked by keys, crossed with Regions, and become pairs", async () => {
  await fieldHasFocus("role-search");
  await window.eventually("all roles are known", async () => (await count(window, "role-row")) > 6 && (await count(window, "roles-read")) === 0);
  await nothingIsWrong(window);
  await type("prod NodeOperator");
  await window.eventually("one role is left", async () => (await count(window, "role-row")) === 1);
  await type(Key.ENTER);
  await window.keys(Key.CONTROL, "a");
  await type("dev NodeOperator");
  await window.eventually("another one is left", () => rowsAre(/^acme-dev/));
  await type(Key.ENTER);
  await window.eventually("two roles are picked", async () => /2 roles in 1 Region/.test(await textOf("accounts-dialog")));
  await (await window.see("region-search")).sendKeys("eu-west-1", Key.ENTER);
  await window.eventually("four pairs", async () => /Add 4 pairs/.test(await textOf("accounts-add")));
  await window.keys(Key.CONTROL, Key.ENTER);
  await window.see("pair-group", '[data-name="acme-prod-NodeOperator / eu-central-1"]');
});

test("the pairs are synced with the roles' credentials, and a node opens a shell", async () => {
  await window.eventually("the fleet is there", async () => (await nodeCount(window)) > 5);
  const node = await search(window, "profile:acme-prod-NodeOperator", () => window.keys("/"));
  await type(` id:${node.key.split("/")[1]}`);
  await window.eventually("the node is found", async () => (await count(window, "node-row")) === 1);
  await window.keys(Key.ENTER);
  await window.terminalShows(/made-up node[\s\S]*\$ ?$/m);
  await window.command("echo in-$((40+2))");
  await window.terminalShows(/in-42/);
  const [session] = await sessions(endpoint);
  assert.equal(session.target ?? session.instance ?? node.key.split("/")[1], node.key.split("/")[1]);
});

test("the token is where the AWS CLI keeps its own, for its owner alone, and no AWS file was written", async () => {
  const cache = join(desk.home.path, ".aws", "sso", "cache");
  const tokens = readdirSync(cache).map((name) => JSON.parse(readFileSync(join(cache, name), "utf8")));
  assert.ok(tokens.some(({ startUrl, accessToken }) => startUrl === "https://acme.awsapps.com/start" && accessToken));
  assert.equal(existsSync(desk.home.awsConfig) || existsSync(join(desk.home.path, ".aws", "config")), false);
});

test("a token that ran out is renewed without a question", async () => {
  await expireTokens(endpoint);
  await syncNow();
  await window.eventually("all pairs are done", allDone);
  assert.equal(await count(window, "login-wanted"), 0);
});

test("a sign-in that was ended is one question for all pairs; after it they go on by themselves", async () => {
  await revokeTokens(endpoint);
  await syncNow();
  const notice = await window.see("login-wanted", '[data-sign-in="acme"][data-pairs="4"]');
  assert.equal(await count(window, "login-wanted"), 1);
  assert.match(await notice.getText(), /4 pairs wait and go on by themselves/);
  await nothingIsWrong(window);
  await coversNothing();
  await window.keys(Key.CONTROL, Key.SHIFT, "s");
  const letters = await (await window.see("sign-in-code")).getText();
  await confirmSignIn(endpoint, letters);
  await window.eventually("all pairs are done", allDone);
  await window.eventually("the question is gone", async () => (await count(window, "login-wanted")) === 0);
});

test("the settings tell how long the sign-in holds, for the two pairs of each profile", async () => {
  await window.keys(Key.CONTROL, Key.SHIFT, ",");
  await window.click("settings-accounts");
  await window.see("sign-in-card", '[data-key="acme"][data-state="signed-in"]');
  assert.match(await textOf("sign-in-state"), /\d+ [hm] \d+ [ms] left, renews itself, used by 4 pairs/);
  await nothingIsWrong(window);
});

/** Keys to whatever has the focus, one after the other. */
async function type(...keys) {
  for (const key of keys) await (await window.driver.switchTo().activeElement()).sendKeys(key);
}

const fieldHasFocus = (testId) => window.eventually(`${testId} has the focus`, () => focused(window, testId));
const textOf = async (testId) => (await window.see(testId)).getAttribute("textContent");
const rowsAre = (name) => window.driver.executeScript(
  (start) => [...document.querySelectorAll('[data-testid="role-row"]')].every((row) => new RegExp(start).test(row.textContent)), name.source);

/** In the smallest window the end of a page can be scrolled out from under the notice. */
async function coversNothing() {
  const frame = window.driver.manage().window();
  const { width, height } = await frame.getRect();
  await frame.setRect({ width: 720, height: 480 });
  await window.keys(Key.CONTROL, Key.SHIFT, ",");
  await window.click("settings-accounts");
  await window.see("own-profile");
  await window.eventually("the last row is free", () => window.driver.executeScript(() => {
    const scrolling = [...document.querySelectorAll('[data-testid="settings-page"] *')].filter((element) => element.scrollHeight > element.clientHeight && /auto/.test(getComputedStyle(element).overflowY));
    for (const element of scrolling) element.scrollTop = element.scrollHeight;
    const last = [...document.querySelectorAll('[data-testid="own-profile"]')].at(-1).getBoundingClientRect();
    return innerHeight < 500 && last.bottom < document.querySelector('[data-testid="login-wanted"]').getBoundingClientRect().top;
  }));
  await frame.setRect({ width, height });
}

async function syncNow() {
  await window.keys(Key.CONTROL, Key.SHIFT, "k");
  await fieldHasFocus("palette-input");
  await type("Sync now", Key.ENTER);
}

async function allDone() {
  const status = await window.see("status-sync");
  return (await status.getAttribute("data-busy")) === "false" && (await status.getAttribute("data-failed")) === "0";
}
