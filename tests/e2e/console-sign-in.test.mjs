// Signing in as `aws login` does, in the real window and by keys: one question, a browser that comes back, giving up, a link to copy.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { nothingIsWrong } from "./axe.mjs";
import { Keys } from "./by-keys.mjs";
import { count } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { Key } from "./window.mjs";

/** A browser in which a person signs in at once: it comes back to the port that the address names. */
const BROWSER = `#!/bin/sh
exec curl -sSL -o /dev/null --data "\${1#*\\?}&answer=allow" "\${1%%\\?*}"
`;

const desk = new Desk();
let window;
let keys;

before(async () => {
  const bin = join(desk.home.path, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "xdg-open"), BROWSER);
  chmodSync(join(bin, "xdg-open"), 0o755);
  const environment = { PATH: `${bin}:${process.env.PATH}` };
  ({ window } = await desk.onSimulator({ options: ["--every-kind"], environment }));
  keys = new Keys(window);
});

after(() => desk.leave());

test("a pair that needs a sign-in of `aws login` says so, with the way to it", async () => {
  await window.see("first-run-aws");
  await window.keys(Key.ENTER);
  await keys.hasFocus("profile-search");
  await keys.type("console", Key.ENTER);
  await keys.says("choose-profiles-add", /Add 1 pair/);
  await window.keys(Key.CONTROL, Key.ENTER);
  const notice = await window.see("login-wanted", '[data-console="console"][data-pairs="1"]');
  assert.match(await notice.getText(), /A sign-in of `aws login` is needed for console/);
  assert.equal(await count(window, "login-wanted"), 1);
  await nothingIsWrong(window);
});

test("the keys of what waits open its dialog; a sign-in that is given up waits no more", async () => {
  await window.keys(Key.CONTROL, Key.SHIFT, "s");
  const first = await (await window.see("sign-in-address")).getText();
  assert.match(first, /\/v1\/authorize\?response_type=code/);
  await keys.hasFocus("sign-in-open");
  await keys.says("console-sign-in-dialog", /Waiting for the browser.*1 pair waits and goes on by itself/);
  await nothingIsWrong(window);
  await keys.type(Key.ESCAPE);
  await window.see("console-waits");
  await window.keys(Key.CONTROL, Key.SHIFT, "s");
  assert.equal(await (await window.see("sign-in-address")).getText(), first, "the same address still waits");
  await keys.tabTo("sign-in-cancel");
  await keys.type(Key.ENTER);
  await keys.isGone("console-sign-in-dialog");
  assert.equal(await count(window, "console-waits"), 0);
  await assert.rejects(fetch(new URL(first).searchParams.get("redirect_uri")), "nobody listens there any more");
});

test("in the browser somebody signs in, and what waited goes on by itself", async () => {
  await keys.palette("Sign in to console at the AWS console…");
  await keys.hasFocus("sign-in-open");
  await keys.type(Key.ENTER);
  await keys.isGone("console-sign-in-dialog");
  await keys.says("toast", /Signed in to console/);
  await keys.says("status-sync", /Synced 1 of 1/);
  await keys.isGone("login-wanted");
  const cache = join(desk.home.path, ".aws", "login", "cache");
  assert.equal(existsSync(cache) && readdirSync(cache).length, 1, "it is kept where the AWS CLI keeps its own");
});
