// The end of sessions in the real window: asked about where something may be lost, undone where nothing is, and never held up by a page that hangs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { count, focused, inPane, openShell, search, terminate } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { sessions } from "./simulator.mjs";
import { By, Key } from "./window.mjs";

const desk = new Desk();
let window;
let endpoint;

before(async () => {
  ({ window, endpoint } = await desk.inDemo());
});

after(() => desk.leave());

test("a program that fills the screen is asked about, and kept by Enter or Esc", async () => {
  await openShell(window, await search(window, "auth-gateway-1"));
  await window.command(String.raw`printf '\033[?1049h'; sleep 600`);
  await window.eventually("the screen is the program's", async () => !(await window.terminalText()).includes("printf"));
  for (const key of [Key.ENTER, Key.ESCAPE]) {
    await window.keys(Key.CONTROL, Key.SHIFT, "w");
    await window.see("terminate-session", '[data-stake="program"]');
    await window.eventually("the safe button has the focus", () => focused(window, "terminate-keep"));
    await picture("terminate-program");
    await window.keys(key);
    await window.eventually("the question is gone", async () => (await count(window, "terminate-dialog")) === 0);
    await window.eventually("the terminal has the focus again", () => inTerminal());
  }
  assert.deepEqual(await states(), ["connected"]);
  await window.keys(Key.CONTROL, Key.SHIFT, "w");
  await terminate(window);
  await window.eventually("the session is terminated", async () => (await states()).join() === "terminated");
});

test("a command without a prompt behind it may be running", async () => {
  await openShell(window, await search(window, "auth-gateway-1"));
  await window.command("echo begun; sleep 600");
  await window.terminalShows(/^begun$/m);
  await window.keys(Key.CONTROL, Key.SHIFT, "w");
  await window.see("terminate-session", '[data-stake="maybe"]');
  assert.equal(await count(window, "terminate-no-more"), 0);
  await terminate(window);
});

test("an idle shell outside production is asked about until that is not wanted; production always is", async () => {
  await openShell(window, await search(window, "profile:acme-stage"));
  await openShell(window, await search(window, "profile:acme-stage"));
  await openShell(window, await search(window, "profile:acme-prod"));
  await window.click("tab", '[data-env="stage"]');
  await window.eventually("the terminal has the focus", () => inTerminal());
  await window.keys(Key.CONTROL, Key.SHIFT, "w");
  await window.see("terminate-session", '[data-stake="idle"]');
  await window.click("terminate-no-more");
  await picture("terminate-idle");
  await window.click("terminate");
  await window.eventually("two tabs", async () => (await count(window, "tab")) === 2);
  await window.click("tab", '[data-env="stage"]');
  await window.eventually("the terminal has the focus", () => inTerminal());
  await window.keys(Key.CONTROL, Key.SHIFT, "w");
  await window.eventually("one tab, without a question", async () => (await count(window, "tab")) === 1);
  assert.equal(await count(window, "terminate-dialog"), 0);
  await window.click("tab-close");
  await window.see("terminate-dialog");
  await picture("terminate-production");
  await window.keys(Key.ESCAPE);
  assert.equal(await count(window, "tab"), 1);
});

test("a tab whose session is over closes without a question, and is reopened with its text", async () => {
  await window.command("echo kept-$((40+2)); exit");
  await inPane(window, "session-over");
  await window.keys(Key.CONTROL, Key.SHIFT, "w");
  await window.see("no-session");
  assert.equal(await count(window, "terminate-dialog"), 0);
  const toast = await window.see("toast");
  await (await toast.findElement(By.xpath(".//button[text()='Reopen']"))).click();
  await window.terminalShows(/kept-42/);
});

test("the window's own close asks once for all sessions, and stays when they are kept", async () => {
  await openShell(window, await search(window, "profile:acme-prod"));
  await window.closeByUser();
  await window.see("terminate-dialog");
  await picture("terminate-window");
  await window.keys(Key.ESCAPE);
  await window.eventually("the question is gone", async () => (await count(window, "terminate-dialog")) === 0);
  await window.command("echo still-$((40+2))");
  await window.terminalShows(/still-42/);
});

test("a page that hangs does not keep the window open", async () => {
  // The request goes out; the page hangs before it can say that it heard of it.
  const hang = window.driver.executeScript(() => {
    const { fetch } = window;
    window.fetch = (to, ...more) => {
      if (String(to).includes("close_request_seen")) for (;;);
      return fetch(to, ...more);
    };
    document.querySelector('[aria-label="Close the window"]').click();
  });
  hang.catch(() => {});
  await ended("the session is terminated all the same", async () => !(await states()).includes("connected"));
});

/** The demo's simulator goes with the program. */
async function ended(what, check) {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await check().catch(() => true)) return;
    await new Promise((resolve) => setTimeout(resolve, 100)); // polling a program of others that cannot tell
  }
  assert.fail(what);
}

const states = async () => (await sessions(endpoint)).map(({ state }) => state);

const inTerminal = () => window.driver.executeScript(() => document.activeElement?.closest(".xterm") !== null);

/** For whoever wants to look: only where a folder is named. */
async function picture(name) {
  const folder = process.env.POSTERN_PICTURES;
  if (!folder) return;
  const { writeFileSync } = await import("node:fs");
  writeFileSync(`${folder}/${name}.png`, await window.driver.takeScreenshot(), "base64");
}
