// The page goes and the sessions stay: a reload, and a page whose process dies. A signal ends the sessions, then the program.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { after, before, test } from "node:test";
import { addPair, chooseNoProfile, Desk, turnSyncOn } from "./desk.mjs";
import { sessions } from "./simulator.mjs";
import { Key } from "./window.mjs";

const desk = new Desk();
let simulator;
let window;

before(async () => {
  ({ window, simulator } = await desk.onSimulator());
});

after(() => desk.leave());

test("a shell is open", async () => {
  await chooseNoProfile(window);
  await addPair(window, "acme-stage", "eu-central-1");
  await turnSyncOn(window);
  await window.see("pair-row", '[data-profile="acme-stage"][data-phase="done"]');
  await window.click("terminals-open");
  const key = await window.eventually("an online node", () =>
    window.driver.executeScript(() => {
      const rows = [...document.querySelectorAll('[data-testid="node-row"]')];
      return rows.find((row) => /running, agent online/.test(row.getAttribute("aria-label")))?.dataset.key;
    }),
  );
  // The rows may still move under the mouse.
  await window.eventually("the node is chosen", async () => {
    await (await window.see("node-row", `[data-key="${key}"]`)).click();
    return window.driver.executeScript((id) => document.body.textContent.includes(id), key.split("/")[1]);
  });
  await window.keys(Key.ENTER);
  await window.terminalShows(/\$ ?$/m);
  await window.command("echo kept-$((40+2)) pid=$$.");
  await window.terminalShows(/kept-42 pid=\d+\./);
});

test("after a reload the same shell is there with what it showed", async () => {
  const [, pid] = await window.terminalShows(/pid=(\d+)\./);
  await window.driver.navigate().refresh();
  await window.terminalShows(/kept-42/);
  await window.command("echo again=$$.");
  const [, again] = await window.terminalShows(/again=(\d+)\./);
  assert.equal(again, pid);
  const listed = await sessions(simulator.endpoint);
  assert.deepEqual(listed.map(({ state }) => state), ["connected"]);
});

test("a page whose process dies is loaded again, and the session lives", { skip: process.platform !== "linux" && "reads /proc" }, async () => {
  const [dead, ...others] = processes(desk.home, /\/WebKitWebProcess$/);
  assert.deepEqual(others, []);
  process.kill(dead, "SIGKILL");
  await window.eventually("another process draws the page", async () => processes(desk.home, /\/WebKitWebProcess$/).some((pid) => pid !== dead && isRunning(pid)));
  const listed = await sessions(simulator.endpoint);
  assert.deepEqual(listed.map(({ state }) => state), ["connected"]);
});

test("SIGTERM terminates the session and ends the program", { skip: process.platform !== "linux" && "reads /proc" }, async () => {
  const [pid, ...others] = processes(desk.home, /\/postern-desktop$/);
  assert.deepEqual(others, []);
  process.kill(pid, "SIGTERM");
  await window.eventually("the program is gone", async () => !isRunning(pid));
  const listed = await sessions(simulator.endpoint);
  assert.deepEqual(listed.map(({ state }) => state), ["terminated"]);
});

/** The processes of a program that run with this home. */
function processes({ path }, program) {
  const own = (pid) => {
    try {
      return program.test(readlinkSync(`/proc/${pid}/exe`)) && readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`HOME=${path}`);
    } catch {
      return false; // Not a process, not ours, or gone.
    }
  };
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && own(name)).map(Number);
}

/** A process that nobody waited for yet is gone all the same. */
function isRunning(pid) {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
