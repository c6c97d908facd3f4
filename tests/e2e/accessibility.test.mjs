// axe-core must find nothing wrong on any main screen; the dialogs of signing in are asked in sign-in.test.mjs.
import { after, before, test } from "node:test";
import { nothingIsWrong } from "./axe.mjs";
import { inPane, openDemo, openShell, resumeNow, search } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { allowLinks, cutLink, refuseLinks, sessions } from "./simulator.mjs";
import { Key } from "./window.mjs";

const desk = new Desk();
let window;
let endpoint;

before(async () => {
  window = await desk.onFirstRun();
});

after(() => desk.leave());

test("the first run", () => nothingIsWrong(window));

test("the workspace with a session", async () => {
  endpoint = await openDemo(window);
  const node = await search(window, "checkout-api-2");
  await openShell(window, node);
  await nothingIsWrong(window);
});

test("a session that resumes", async () => {
  const [{ id }] = await sessions(endpoint);
  await refuseLinks(endpoint);
  await cutLink(endpoint, id);
  await inPane(window, "resuming");
  await nothingIsWrong(window);
  await allowLinks(endpoint);
  await resumeNow(window);
  await window.see("tab", '[data-state="connected"]');
});

test("a session that is over", async () => {
  await window.command("exit");
  await inPane(window, "session-over");
  await nothingIsWrong(window);
});

for (const [name, testId, ...keys] of [
  ["the palette", "palette", Key.CONTROL, Key.SHIFT, "k"],
  ["the connect dialog", "connect-dialog", Key.CONTROL, Key.SHIFT, "o"],
  ["the run dialog", "run-dialog", Key.CONTROL, Key.SHIFT, "r"],
]) {
  test(name, async () => {
    await window.keys(...keys);
    await window.see(testId);
    await nothingIsWrong(window);
    await window.keys(Key.ESCAPE);
    await window.eventually("it is closed", async () => (await window.driver.executeScript(() => document.querySelector("[role=dialog]"))) === null);
  });
}

for (const section of ["accounts", "sync", "general", "terminal", "about"]) {
  test(`the settings: ${section}`, async () => {
    await window.click("settings-open");
    await window.click(`settings-${section}`);
    await window.see(`settings-${section}`, '[aria-current="page"]');
    await nothingIsWrong(window);
  });
}
