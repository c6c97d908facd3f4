// `npm test`: everything. Rust tests, interface tests, whole-app tests on the simulator, and the real window under WebDriver.
import { availableParallelism } from "node:os";
import { awsCli, awsCli2 } from "./aws-cli.mjs";
import { testsWithoutTheirPrograms } from "./forwarded-programs.mjs";
import { fuzz, whyNoFuzzing } from "./fuzz.mjs";
import { lintingCompiler } from "./lints.mjs";
import { ensurePrerequisites } from "./prerequisites.mjs";
import { npm, run, say, step } from "./steps.mjs";

/** They wait for programs and timers more than they compute. */
const rustTestsAtOnce = String(2 * availableParallelism());

console.log("Postern's tests. On two quiet cores: about 20 minutes the first time (the AWS SDK and WebKit bindings are compiled), 10 after that.");
await ensurePrerequisites(process.platform === "linux" ? ["headless", "test", "forwarded"] : ["test"]);
const aws = awsCli(); // Downloads while the rest compiles.
const aws2 = aws.then(awsCli2);
await step("Building the interface (seconds)", npm, ["run", "build", "-w", "ui"]);
await step("Tests of the scripts (seconds)", npm, ["run", "--silent", "test:scripts"]);
await step("Interface tests (minutes)", npm, ["test", "-w", "ui"]);
await step("Building Postern and its tests (minutes the first time)", "cargo", ["build", "--workspace", "--all-targets", "--locked"], { env: lintingCompiler });
await step("Rust tests and whole-app tests on the simulator", "cargo", ["nextest", "run", "--workspace", "--locked", "--test-threads", rustTestsAtOnce, ...(await leftOut())], { env: { ...lintingCompiler, POSTERN_TEST_AWS_CLI: await aws, POSTERN_TEST_AWS_CLI_2: await aws2 } });
await fuzzBriefly();
if (process.platform === "linux") {
  say("End-to-end tests in the real window");
  // Last, and without a word of ours behind it: the run ends on the test runner's own summary.
  process.exit(await run(npm, ["test", "--silent", "-w", "tests/e2e"]));
}
say("End-to-end tests in the real window were not run: they need WebKitWebDriver, which only Linux has.");

/** What keeps tests away whose programs this system has no package of. */
async function leftOut() {
  const tests = process.platform === "linux" ? await testsWithoutTheirPrograms() : [];
  if (tests.length === 0) return [];
  say(`Tests are left out, because this system does not have the programs that they need: ${tests.join(", ")}.`);
  return ["-E", `not (${tests.map((test) => `binary(${test})`).join(" + ")})`];
}

/** Ten seconds for each target; `npm run test:deep` runs them for longer. */
async function fuzzBriefly() {
  const why = whyNoFuzzing();
  if (why) say(`Fuzzing is left out: ${why}.`);
  else await fuzz({ seconds: 10 });
}
