// `npm run test:mutants`: changes the data channel's code in every way that cargo-mutants knows, one at a time, and counts how
// many changes the tests notice. First with the quick tests beside the code; what those miss, with all tests of the package.
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { capture, exe, fail, run, say, step, targetDir } from "./steps.mjs";

const tools = join(targetDir, "tools");
const results = join(targetDir, "mutants");
const leastCaught = 0.9;

/** Unoptimised, because each change is built anew; few random cases, because each change is tested anew. */
const options = {
  env: {
    PATH: `${join(tools, "bin")}${delimiter}${process.env.PATH}`,
    PROPTEST_CASES: "32",
    CARGO_PROFILE_DEV_DEBUG: "false",
  },
};
const mutants = ["mutants", "-p", "postern-protocol", "-o", results, "--cargo-arg=--config=profile.dev.package.postern-protocol.opt-level=0"];

/** Statuses above 3 are cargo-mutants' own failures; 2 and 3 say that changes were missed or ran out of time. */
async function pass(name, args) {
  say(name);
  const code = await run("cargo", args, options);
  if (code > 3) fail(`${name}: failed with status ${code}.`, "Make `cargo test -p postern-protocol` pass first.");
}

function count(file) {
  const path = join(results, "mutants.out", file);
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean).length : 0;
}

if (!existsSync(join(tools, "bin", exe("cargo-mutants")))) {
  await step("Installing cargo-mutants into the target folder", "cargo", ["install", "cargo-mutants", "--locked", "--root", tools, "--target-dir", join(tools, "build")]);
}
const listed = await capture("cargo", [...mutants.slice(0, 3), "--list"], { env: { ...process.env, ...options.env } });
const all = listed.text.split("\n").filter((line) => line.startsWith("crates/")).length;
await pass("Changing the code, with the tests beside it", [...mutants, "--", "--lib", "--", "--skip", "model"]);
const unviable = count("unviable.txt");
await pass("What was missed, with all tests", [...mutants, "--iterate"]);

const missed = count("missed.txt");
const viable = all - unviable;
const share = (viable - missed) / viable;
console.log(`\n${all} changes, ${unviable} do not compile; of the other ${viable}, ${viable - missed} are noticed: ${(share * 100).toFixed(1)} %.`);
if (!(share >= leastCaught)) fail(`Fewer than ${leastCaught * 100} % of the changes are noticed.`, `See ${join(results, "mutants.out", "missed.txt")}.`);
