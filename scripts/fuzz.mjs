// Builds the fuzz targets of tests/fuzz and runs each for a while. What it found is kept in target/fuzz.
import { mkdirSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { capture, fail, root, say, step, targetDir } from "./steps.mjs";

const fuzzDir = join(root, "tests", "fuzz");
const fuzzTarget = join(targetDir, "fuzz");
/** Longer input makes a run slower and hardly richer. */
const LONGEST_INPUT = { acknowledge: 600, channel: 400, snapshot: 2048 };
/**
 * What makes a program tell libFuzzer where it was: LLVM's coverage, which the stable compiler has too. The code is safe
 * Rust and ring is not instrumented, so that the address sanitizer, which it has not, would only take half of the speed.
 */
const COVERAGE = [
  "--cfg", "fuzzing",
  "-Cpasses=sancov-module",
  "-Cllvm-args=-sanitizer-coverage-level=4",
  "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
  "-Cllvm-args=-sanitizer-coverage-pc-table",
  "-Cllvm-args=-sanitizer-coverage-trace-compares",
  "-Ccodegen-units=1",
].join(" ");

/** Why nothing can be fuzzed here, or nothing. */
export const whyNoFuzzing = () => (process.platform === "win32" ? "libFuzzer is not tried on Windows" : undefined);

/** Runs each target, for `seconds` or, if given, for so many `runs`, a few at a time; ends the task when one found something. */
export async function fuzz({ seconds, runs }) {
  const host = /host: (\S+)/.exec((await capture("rustc", ["-vV"])).text)?.[1] ?? fail("rustc does not say what it builds for.");
  // With a target named, what only the build runs is not instrumented.
  const build = ["build", "--release", "--locked", "--manifest-path", join(fuzzDir, "Cargo.toml"), "--target-dir", fuzzTarget, "--target", host];
  await step("Building the fuzz targets (a minute or two the first time)", "cargo", build, { env: { RUSTFLAGS: COVERAGE } });
  const targets = readdirSync(join(fuzzDir, "fuzz_targets")).map((file) => file.replace(".rs", ""));
  say(`Fuzzing ${targets.length} targets, ${runs ? `${runs} runs` : `${seconds} s`} each`);
  const fuzzNext = async () => {
    for (let target = targets.shift(); target; target = targets.shift())
      await fuzzOne(join(fuzzTarget, host, "release", target), target, runs ? `-runs=${runs}` : `-max_total_time=${seconds}`);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, fuzzNext));
}

/** What is new goes to target/fuzz/corpus; the small corpus that is checked in is only read. */
async function fuzzOne(program, target, limit) {
  const own = join(fuzzTarget, "corpus", target);
  const artifacts = join(fuzzTarget, "artifacts", target);
  mkdirSync(own, { recursive: true });
  mkdirSync(artifacts, { recursive: true });
  const args = [limit, `-max_len=${LONGEST_INPUT[target] ?? 1024}`, "-rss_limit_mb=1024", "-timeout=10", "-print_final_stats=1"];
  const { code, text } = await capture(program, [...args, `-artifact_prefix=${artifacts}/`, own, join(fuzzDir, "corpus", target)]);
  const number = (name) => Number(text.match(new RegExp(`stat::${name}:\\s+(\\d+)`))?.[1] ?? 0).toLocaleString("en");
  if (code !== 0) {
    console.error(text.split("\n").slice(-40).join("\n"));
    fail(`The fuzz target ${target} found something (status ${code}).`, `The input is in ${artifacts}. Copied to tests/fuzz/corpus/${target} it becomes a test of postern-deep.`);
  }
  console.log(`✓ ${target.padEnd(14)} ${number("number_of_executed_units").padStart(12)} runs, ${number("average_exec_per_sec")} a second, nothing found`);
}

if (process.argv[1] === import.meta.filename) {
  const why = whyNoFuzzing();
  if (why) fail(`Nothing can be fuzzed: ${why}.`);
  await fuzz({ seconds: process.env.POSTERN_FUZZ_SECONDS ?? 60, runs: process.env.POSTERN_FUZZ_RUNS });
}
