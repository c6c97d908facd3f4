// Runs the steps of a task one after the other, says what it is doing and how long it took, and stops at the first failure.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const started = Date.now();

export function say(text) {
  console.log(`\n\u001b[1m▸ ${text}\u001b[0m`);
}

export function fail(message, nextStep) {
  console.error(`\n✗ ${message}${nextStep ? `\n  ${nextStep}` : ""}`);
  process.exit(1);
}

/** Runs a program in the project's root with inherited output. Resolves with its exit status. */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const shell = program.endsWith(".cmd"); // Node starts no .cmd file without one
    const child = spawn(program, args, { cwd: root, stdio: "inherit", shell, ...options, env: { ...process.env, ...options.env } });
    child.on("error", (error) => {
      console.error(`${program} could not be started: ${error.message}`);
      resolve(127);
    });
    child.on("exit", (code, signal) => resolve(code ?? (signal ? 128 : 1)));
  });
}

/** Runs a program and gives back its exit status and what it printed. */
export function capture(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], ...options });
    let text = "";
    child.stdout.on("data", (data) => (text += data));
    child.stderr.on("data", (data) => (text += data));
    child.on("error", () => resolve({ code: 127, text }));
    child.on("exit", (code) => resolve({ code: code ?? 1, text }));
  });
}

/** One named step; ends the task when it fails. */
export async function step(name, program, args, options = {}) {
  say(name);
  const before = Date.now();
  const code = await run(program, args, options);
  const seconds = ((Date.now() - before) / 1000).toFixed(0);
  if (code !== 0) fail(`${name}: failed with status ${code} after ${seconds} s.`, options.onFailure);
  console.log(`✓ ${name} (${seconds} s, ${((Date.now() - started) / 1000).toFixed(0)} s in all)`);
}

/** `npm` as a program that can be spawned on every platform. */
export const npm = process.platform === "win32" ? "npm.cmd" : "npm";
/** `npx`, likewise, for the programs of the installed packages. */
export const npx = process.platform === "win32" ? "npx.cmd" : "npx";
/** The file name of a program that Cargo builds. */
export const exe = (name) => (process.platform === "win32" ? `${name}.exe` : name);
/** Where Cargo puts what it builds. */
export const targetDir = process.env.CARGO_TARGET_DIR ?? join(root, "target");
/** A built program. */
export const built = (name) => join(targetDir, "debug", exe(name));
