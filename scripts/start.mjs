// `npm start`: checks and installs what is missing, builds, and opens Postern.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ensurePrerequisites } from "./prerequisites.mjs";
import { photograph } from "./headless.mjs";
import { built, npm, root, run, say, step } from "./steps.mjs";

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
  process.exit(await run(built("postern-desktop"), process.argv.slice(2)));
}
