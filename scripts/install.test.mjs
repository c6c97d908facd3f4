// What `npm start` installs without a question, what it asks, and where it stops.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { decide, isYes, listing } from "./install.mjs";

const nobody = { isRoot: false, environment: {}, options: [], isTerminal: false };

test("root, CI and --yes install at once, with a terminal or without", () => {
  for (const isTerminal of [true, false]) {
    assert.equal(decide({ ...nobody, isTerminal, isRoot: true }), "install");
    assert.equal(decide({ ...nobody, isTerminal, environment: { CI: "true" } }), "install");
    assert.equal(decide({ ...nobody, isTerminal, environment: { CI: "1" } }), "install");
    assert.equal(decide({ ...nobody, isTerminal, options: ["--yes"] }), "install");
    assert.equal(decide({ ...nobody, isTerminal, environment: { npm_config_yes: "true" } }), "install");
  }
});

test("a person at a terminal is asked", () => {
  assert.equal(decide({ ...nobody, isTerminal: true }), "ask");
  assert.equal(decide({ ...nobody, isTerminal: true, environment: { CI: "false" } }), "ask");
});

test("where nobody can answer nothing is installed", () => {
  assert.equal(decide(nobody), "stop");
  assert.equal(decide({ ...nobody, environment: { CI: "" } }), "stop");
});

test("Enter and yes are a yes, anything else is not", () => {
  for (const yes of ["", " ", "y", "Y", "yes", "YES"]) assert.equal(isYes(yes), true, yes);
  for (const no of ["n", "no", "q", "yess"]) assert.equal(isYes(no), false, no);
});

test("what is missing is listed with its reason and its command", () => {
  const lines = listing([{ what: "System packages: xvfb", why: "to show a window without a display", command: "sudo apt-get install xvfb" }]);
  assert.deepEqual(lines.map((line) => line.trim()), ["System packages: xvfb", "why:     to show a window without a display", "command: sudo apt-get install xvfb"]);
});

/** Runs the installing of one made-up thing in a process of its own, without a terminal. */
function installing(environment, ...options) {
  const missing = '[{ what: "Things", why: "to try", command: "get things", install: () => console.log("installed") }]';
  const script = `const { installMissing } = await import(${JSON.stringify(new URL("./install.mjs", import.meta.url).href)});
    process.getuid = () => 1000; await installMissing(${missing});`;
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", script, "--", ...options], { encoding: "utf8", env: { PATH: process.env.PATH, ...environment } });
  return { status: run.status, text: run.stdout + run.stderr };
}

test("without a terminal it says the command, installs nothing and ends with status 1", () => {
  const { status, text } = installing({});
  assert.equal(status, 1);
  assert.match(text, /Run it yourself, then start again: get things/);
  assert.doesNotMatch(text, /installed$/m);
});

test("in CI it says what it installs, and installs it", () => {
  const { status, text } = installing({ CI: "true" });
  assert.equal(status, 0);
  assert.match(text, /command: get things[\s\S]*installed$/m);
});

test("npm start --help says what it does and does nothing", () => {
  const start = fileURLToPath(new URL("./start.mjs", import.meta.url));
  const run = spawnSync(process.execPath, [start, "--help"], { encoding: "utf8" });
  assert.equal(run.status, 0);
  assert.match(run.stdout, /--yes/);
  assert.doesNotMatch(run.stdout, /Checking what is needed/);
});
