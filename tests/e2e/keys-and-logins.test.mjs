// Sessions that are encrypted with KMS, a key that is required, and a sign-in that lapses while the link is lost.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { connect, count, inPane, openShell, search } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { cutLink, expire, renew, sessions, setSessionKey } from "./simulator.mjs";
import { By, Key } from "./window.mjs";

const desk = new Desk();
let window;
let endpoint;
let key;
let node;

before(async () => {
  ({ window, endpoint } = await desk.inDemo());
});

after(() => desk.leave());

test("an encrypted session says with which key", async () => {
  node = await search(window, "profile:acme-data");
  await openShell(window, node);
  key = await (await window.see("encrypted")).getAttribute("data-key");
  const [session] = await sessions(endpoint);
  assert.match(key, new RegExp(`^arn:aws:kms:${session.region}:${session.account}:key/[0-9a-f-]+$`));
});

test("a saved connection that requires this key refuses another one before any output", async () => {
  await window.click("node-row", `[data-key="${node.key}"]`);
  await window.click("save-node");
  const saved = `[data-name="${node.name}"]`;
  await connect(window, "connection-row", saved);
  await lastTabIs(2, "connected");
  await window.click("encrypted", `[data-key="${key}"]`);
  await window.eventually("the menu's entry", async () => {
    await (await window.driver.findElement(By.xpath(`//*[@role="menuitem"][contains(., "Require this key for ${node.name}")]`))).click();
    return true;
  });
  await window.see("toast");
  await setSessionKey(endpoint, node.profile, "eu-central-1", "alias/acme-sessions");
  await connect(window, "connection-row", saved);
  await lastTabIs(3, "failed");
  const failure = await (await inPane(window, "session-failed")).getAttribute("textContent");
  assert.match(failure, /is to be encrypted with the KMS key \S+, and this connection allows only arn:aws:kms:/);
  assert.ok(failure.includes(key), failure);
  assert.match(failure, /Ask who changed the key in the session preferences; if the change is right, pin the new key/);
  assert.equal((await window.terminalText()).trim(), "");
  await window.eventually("the refused session is terminated", async () => (await sessions(endpoint)).at(-1).state === "terminated");
});

test("sessions whose sign-in lapsed ask once, and their shells go on with what was typed", async () => {
  const { profile, ...shell } = await search(window, "profile:acme-prod");
  await openShell(window, { ...shell });
  await window.keys(Key.CONTROL, Key.SHIFT, "t");
  await lastTabIs(5, "connected");
  await window.terminalShows(/made-up node[\s\S]*\$ ?$/m);
  await window.command("echo before=$$.");
  const [, before] = await window.terminalShows(/before=(\d+)\./);
  const ours = (await sessions(endpoint)).slice(-2);
  await expire(endpoint, profile);
  for (const { id } of ours) await cutLink(endpoint, id);
  await window.see("login-wanted", `[data-profile="${profile}"][data-sessions="2"]`);
  assert.equal(await count(window, "login-wanted"), 1);
  assert.match(await (await inPane(window, "waits-for-login")).getAttribute("textContent"), new RegExp(`Waits for a new sign-in to ${profile}`));
  await window.command("echo after=$$.");
  await window.eventually("the keys are held", async () => (await (await inPane(window, "held")).getAttribute("textContent")) !== "");
  await renew(endpoint, profile);
  await window.click("signed-in");
  const [, now] = await window.terminalShows(/after=(\d+)\./);
  assert.equal(now, before);
  await window.command("echo last=$$.");
  await window.terminalShows(/last=\d+\./);
  assert.equal((await window.terminalText()).match(/^after=\d+\.$/gm).length, 1);
  await window.eventually("nobody waits any more", async () => (await count(window, "login-wanted")) === 0 && (await count(window, "waits-for-login")) === 0);
  assert.deepEqual((await sessions(endpoint)).slice(-2).map(({ id, state }) => [id, state]), ours.map(({ id }) => [id, "connected"]));
});

/** Waits until there are so many tabs, and the last one is in front and in this state. */
async function lastTabIs(number, state) {
  await window.see("tab", `:nth-of-type(${number})[aria-selected="true"][data-state="${state}"]`);
  assert.equal(await count(window, "tab"), number);
}
