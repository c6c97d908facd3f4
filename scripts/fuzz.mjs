// Builds the fuzz targets of tests/fuzz and runs each for a while. What it found is kept in target/fuzz.
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { capture, fail, root, say, step, targetDir } from "./steps.mjs";

const FUZZER_VERSION = "0.13.2";
const tools = join(targetDir, "tools");
const fuzzer = join(tools, "bin", "cargo-fuzz");
const fuzzDir = join(root, "tests", "fuzz");
const fuzzTarget = join(targetDir, "fuzz");
/** cargo-fuzz wants a nightly compiler; everything else is built with the stable one. */
const nightly = { RUSTUP_TOOLCHAIN: "nightly" };
/** Longer input makes a run slower and hardly richer. */
const LONGEST_INPUT = { acknowledge: 600, channel: 400, snapshot: 2048 };

/** Why nothing can be fuzzed here, or nothing. */
export async function whyNoFuzzing() {
  if (process.platform === "win32") return "libFuzzer is not tried on Windows";
  const found = await capture("rustc", ["--version"], { env: { ...process.env, ...nightly } });
  return found.code === 0 && found.text.includes("nightly") ? undefined : "there is no nightly compiler (`rustup toolchain install nightly`)";
}

/** Runs each target, for `seconds` or, if given, for so many `runs`; ends the task at the first finding. */
export async function fuzz({ seconds, runs }) {
  await ensureFuzzer();
  await step("Building the fuzz targets (a minute or two the first time)", fuzzer, ["build", ...place, "--sanitizer", "none"], {
    env: nightly,
  });
  const targets = readdirSync(join(fuzzDir, "fuzz_targets")).map((file) => file.replace(".rs", ""));
  say(`Fuzzing ${targets.length} targets, ${runs ? `${runs} runs` : `${seconds} s`} each`);
  for (const target of targets) await fuzzOne(target, runs ? `-runs=${runs}` : `-max_total_time=${seconds}`);
}

// The code is safe Rust and ring is not instrumented, so the address sanitizer would only take half of the speed.
const place = ["--fuzz-dir", fuzzDir, "--target-dir", fuzzTarget];

async function ensureFuzzer() {
  if (existsSync(fuzzer) && (await capture(fuzzer, ["--version"])).text.includes(FUZZER_VERSION)) return;
  await step("Installing cargo-fuzz (a minute)", "cargo", [
    "install", "cargo-fuzz", "--version", FUZZER_VERSION, "--locked", "--root", tools, "--target-dir", join(tools, "build"),
  ]);
}

/** What is new goes to target/fuzz/corpus; the small corpus that is checked in is only read. */
async function fuzzOne(target, limit) {
  const own = join(fuzzTarget, "corpus", target);
  const artifacts = join(fuzzTarget, "artifacts", target);
  mkdirSync(own, { recursive: true });
  mkdirSync(artifacts, { recursive: true });
  const host = readdirSync(fuzzTarget).find((name) => existsSync(join(fuzzTarget, name, "release", target)));
  const program = join(fuzzTarget, host ?? "", "release", target);
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
  const why = await whyNoFuzzing();
  if (why) fail(`Nothing can be fuzzed: ${why}.`);
  await fuzz({ seconds: process.env.POSTERN_FUZZ_SECONDS ?? 60, runs: process.env.POSTERN_FUZZ_RUNS });
}
