// `npm run bench:window`: builds the page and the program for release, and measures what its real window costs. What follows
// `--` goes to tests/e2e/measure.mjs, such as `--program other=/path/to/postern-desktop` or `--rounds 3`.
import { join } from "node:path";
import { exe, fail, npm, root, run, step, targetDir } from "./steps.mjs";

if (process.platform !== "linux") fail("The measurement reads a virtual screen and /proc.", "Run it on Linux.");
await step("Building the interface (seconds)", npm, ["run", "build", "-w", "ui"]);
await step("Building Postern for release (minutes)", "cargo", ["build", "--release", "--locked", "-p", "postern-desktop"]);
const program = join(targetDir, "release", exe("postern-desktop"));
process.exit(await run("node", [join(root, "tests", "e2e", "measure.mjs"), "--program", `this=${program}`, ...process.argv.slice(2)]));
