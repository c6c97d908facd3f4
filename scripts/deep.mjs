// `npm run test:deep`: the long proofs. docs/TESTING.md says what each proves.
//
// What it runs, each until it fails:
//   1. Fuzzing of everything that the data channel reads (tests/fuzz), a minute for each target.
//   2. 10,000 pairs of AWS files, read by Postern and by botocore (crates/aws-files).
//   3. The driver's long tests (crates/session): a day of 50 sessions with hourly closes, and real sockets.
//   4. Forwards at length (tests): 64 MiB each way beside a reader that stands still, 10,000 connections, a minute of cuts, a gigabyte by scp.
//   5. The fault matrix, link cuts, crashes, mixtures and floods (tests/deep) against the simulated agent, in virtual time.
//
// Options, as environment variables:
//   POSTERN_FUZZ_SECONDS=n   how long each fuzz target runs; 0 leaves fuzzing out. 60 without it.
//   POSTERN_FUZZ_RUNS=n      how many runs of each fuzz target instead of a time.
//   POSTERN_DEEP_SEEDS=n     how many seeds for each cell instead of 30 and 2 (matrix), 100 (cuts), 50 (crashes) and 20,000 (mixtures).
//   POSTERN_DEEP_CELL=name   only the cells whose names begin so, and POSTERN_DEEP_SEED=n only this seed. A failure prints
//                            both, with the command that runs it alone.
import { existsSync } from "node:fs";
import { awsCli } from "./aws-cli.mjs";
import { fuzz, whyNoFuzzing } from "./fuzz.mjs";
import { ensurePrerequisites } from "./prerequisites.mjs";
import { capture, run, say, step } from "./steps.mjs";

/** It changes the network around it, so it has a network of its own. */
const NETWORK_TEST = "an_address_that_the_system_gets_is_news_and_one_that_it_has_is_not";

await ensurePrerequisites(process.platform === "linux" ? ["test"] : []);
const seconds = Number(process.env.POSTERN_FUZZ_SECONDS ?? 60);
const why = whyNoFuzzing();
if (why) say(`Fuzzing is left out: ${why}.`);
else if (seconds > 0) await fuzz({ seconds, runs: process.env.POSTERN_FUZZ_RUNS });

await step("10,000 pairs of AWS files beside botocore", "cargo", ["test", "--locked", "-p", "postern-aws-files", "--test", "botocore", "--", "--nocapture"], {
  env: { POSTERN_TEST_AWS_CLI: await awsCli(), POSTERN_FILES_PAIRS: "10000" },
});
const packages = ["-p", "postern-session", "-p", "postern-deep"];
await step("Building the long tests (minutes the first time)", "cargo", ["test", "--no-run", "--locked", ...packages]);
await step("A day of 50 sessions, and the driver's other long tests", "cargo", [
  "test", "--locked", "-p", "postern-session", "--", "--ignored", "--nocapture", "--skip", NETWORK_TEST,
]);
if (await hasNetworkOfItsOwn()) {
  await step("The network's news, in a network of its own", "unshare", [
    "--map-root-user", "--net", "cargo", "test", "--locked", "--offline", "-p", "postern-session", "--", "--ignored", NETWORK_TEST,
  ]);
} else say("The test of the network's news is left out: it needs Linux with unshare and ip.");

await step("A thousand kills while the store is written, and two programs with a thousand edits each", "cargo", [
  "test", "--locked", "-p", "postern-store", "--", "--ignored", "--test-threads", "1",
]);

await step("Building the programs", "cargo", ["build", "--locked", "-p", "postern-cli"]);
await step("Forwards at length, with curl and OpenSSH", "cargo", [
  "test", "--locked", "-p", "postern-tests", "--test", "postern_forward", "--test", "forward_proofs", "--test", "real_ssh", "--", "--ignored", "--test-threads", "1",
]);

say("Fault matrix, link cuts, crashes, mixtures and floods (minutes)");
// Last, and without a word of ours behind it: the run ends on the test runner's own summaries.
process.exit(await run("cargo", ["test", "--locked", "-p", "postern-deep", "--no-fail-fast", "--", "--include-ignored", "--nocapture", "--test-threads", "1"]));

async function hasNetworkOfItsOwn() {
  if (process.platform !== "linux" || !["/sbin/ip", "/usr/sbin/ip", "/bin/ip", "/usr/bin/ip"].some(existsSync)) return false;
  return (await capture("unshare", ["--map-root-user", "--net", "ip", "link", "add", "postern0", "type", "dummy"])).code === 0;
}
