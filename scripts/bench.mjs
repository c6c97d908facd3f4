// `npm run bench`: builds the drop-in and the benchmark for release, and measures them against their peers. What follows `--` goes
// to the benchmark, such as `--rounds 3`, `--plugin official=/path/to/session-manager-plugin` or `--help`.
import { join } from "node:path";
import { exe, fail, root, run, step } from "./steps.mjs";

const built = (target, name) => join(target, "release", exe(name));
const bench = join(root, "tests", "bench");
const dropInTarget = join(root, "target", "bench");

if (process.platform !== "linux") {
  fail("The benchmark reads CPU time and memory from /proc.", "Run it on Linux.");
}
await step("Building the drop-in for release", "cargo", ["build", "--release", "-p", "postern-cli", "--bin", "session-manager-plugin", "--target-dir", dropInTarget]);
await step("Building the benchmark and its peers for release", "cargo", ["build", "--release", "--workspace", "--manifest-path", join(bench, "Cargo.toml")]);
const dropIn = built(dropInTarget, "session-manager-plugin");
process.exit(await run(built(join(bench, "target"), "postern-bench"), ["--drop-in", dropIn, ...process.argv.slice(2)]));
