// `npm start`: checks what is missing, installs it after a question, builds, and opens Postern.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ensurePrerequisites } from "./prerequisites.mjs";
import { photograph } from "./headless.mjs";
import { built, npm, root, run, say, step } from "./steps.mjs";

const HELP = `npm start [-- [--yes] [--help] …]

Builds Postern and opens it; without a display it takes a picture of the window instead.
What is missing to build it (system packages, JavaScript packages) is listed first, each with its reason and its command.
Then it asks. As root, in CI (the variable CI is set) and with --yes it installs without a question; where there is no
terminal to ask in, it says the command and ends with status 1.

  --yes    install what is missing without a question
  --help   say this
Other options go to Postern.`;

const options = process.argv.slice(2);
if (options.includes("--help")) {
  console.log(HELP);
  process.exit(0);
}
const screenless = process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;

await ensurePrerequisites(screenless ? ["headless", "picture"] : []);
await step("Building the interface (seconds)", npm, ["run", "build", "-w", "ui"]);
await step("Building Postern (the first time 5 to 15 minutes, then seconds)", "cargo", ["build", "--workspace", "--bins", "--locked"]);

if (screenless) {
  say("There is no display here: running Postern under Xvfb to take its picture");
  mkdirSync(join(root, "artifacts"), { recursive: true });
  const picture = join(root, "artifacts", "postern.png");
  await photograph(built("postern-desktop"), picture);
  console.log(`\nPostern ran. Its window as a picture: ${picture}`);
  console.log("On a machine with a display, `npm start` opens it for you to use.");
} else {
  say("Opening Postern");
  process.exit(await run(built("postern-desktop"), options.filter((option) => option !== "--yes")));
}
