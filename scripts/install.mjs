// Decides whether something is installed at once, after a question, or not at all; and says what, why and with which command.
import { createInterface } from "node:readline/promises";
import { fail, say } from "./steps.mjs";

/**
 * What to do about missing things: `install`, `ask` or `stop`. Root's machine, a CI run and `--yes` need no question. Elsewhere a
 * person decides, and where none can answer nothing is installed.
 */
export function decide({ isRoot, environment, options, isTerminal }) {
  // `npm start --yes` without `--` in front is npm's own option, which it hands on so.
  const saidYes = options.includes("--yes") || environment.npm_config_yes === "true";
  const inCi = !["", "0", "false"].includes(environment.CI ?? "");
  if (isRoot || inCi || saidYes) return "install";
  return isTerminal ? "ask" : "stop";
}

/** The lines that say what is missing, each with its reason and its command. */
export function listing(missing) {
  return missing.flatMap(({ what, why, command }) => [`  ${what}`, `    why:     ${why}`, `    command: ${command}`]);
}

/** Whether an answer is a yes; Enter alone is one. */
export function isYes(answer) {
  return ["", "y", "yes"].includes(answer.trim().toLowerCase());
}

/**
 * Installs what is missing, each `{ what, why, command, install }` with `install` doing it. Ends the task with status 1 where that
 * is not wanted or nobody can say so.
 */
export async function installMissing(missing) {
  if (missing.length === 0) return;
  say("Missing, and to be installed:");
  for (const line of listing(missing)) console.log(line);
  const decision = decide({
    isRoot: process.getuid?.() === 0,
    environment: process.env,
    options: process.argv.slice(2),
    isTerminal: Boolean(process.stdin.isTTY && process.stdout.isTTY),
  });
  const byHand = `Run it yourself, then start again: ${missing.map(({ command }) => command).join(" && ")}`;
  if (decision === "stop") fail("Nothing was installed: there is no terminal to ask in.", `${byHand}\n  Or install without a question: npm start -- --yes`);
  if (decision === "ask" && !isYes(await ask("\nInstall this now? [Y/n] "))) fail("Nothing was installed.", byHand);
  for (const { install } of missing) await install();
}

async function ask(question) {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}
