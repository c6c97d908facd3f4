// `npm test`: everything. Rust tests, interface tests, whole-app tests on the simulator, and the real window under WebDriver.
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fuzz, whyNoFuzzing } from "./fuzz.mjs";
import { lintingCompiler } from "./lints.mjs";
import { ensurePrerequisites } from "./prerequisites.mjs";
import { capture, fail, npm, run, say, step, targetDir } from "./steps.mjs";

const tools = join(targetDir, "tools");

console.log("Postern's tests. On two quiet cores: about 25 minutes the first time (the AWS SDK and WebKit bindings are compiled), 12 after that.");
await ensurePrerequisites(process.platform === "linux" ? ["headless", "test"] : []);
const aws = awsCli(); // Downloads while the rest compiles.
const aws2 = aws.then(awsCli2);
await step("Building the interface (seconds)", npm, ["run", "build", "-w", "ui"]);
await step("Tests of the scripts (seconds)", npm, ["run", "--silent", "test:scripts"]);
await step("Interface tests (minutes)", npm, ["test", "-w", "ui"]);
await step("Building Postern and its tests (minutes the first time)", "cargo", ["build", "--workspace", "--all-targets", "--locked"], { env: lintingCompiler });
await step("Rust tests and whole-app tests on the simulator", "cargo", ["test", "--workspace", "--locked", "--no-fail-fast"], { env: { ...lintingCompiler, POSTERN_TEST_AWS_CLI: await aws, POSTERN_TEST_AWS_CLI_2: await aws2 } });
await fuzzBriefly();
if (process.platform === "linux") {
  say("End-to-end tests in the real window");
  // Last, and without a word of ours behind it: the run ends on the test runner's own summary.
  process.exit(await run(npm, ["test", "--silent", "-w", "tests/e2e"]));
}
say("End-to-end tests in the real window were not run: they need WebKitWebDriver, which only Linux has.");

/** The real AWS CLI as an outside client of the simulator, in a virtual environment of its own. Resolves with its path. */
async function awsCli() {
  const venv = join(tools, "awscli");
  const bin = join(venv, process.platform === "win32" ? "Scripts" : "bin");
  const aws = join(bin, process.platform === "win32" ? "aws.exe" : "aws");
  if (existsSync(aws)) return aws;
  const python = process.platform === "win32" ? "python" : "python3";
  const install = ["install", "--quiet", "--disable-pip-version-check", "awscli==1.46.2"];
  for (const [program, args] of [[python, ["-m", "venv", venv]], [join(bin, "pip"), install]]) {
    const { code, text } = await capture(program, args);
    if (code !== 0) fail(`The AWS CLI for the tests could not be installed: ${text.trim()}`, "Check the way to the package index, then start again.");
  }
  return aws;
}

/** Version 2, which alone signs in to IAM Identity Center. Resolves with its path, or with nothing where there is no such package. */
async function awsCli2() {
  if (process.platform !== "linux" || process.arch !== "x64") return "";
  const folder = join(tools, "awscli2");
  const aws = join(folder, "aws");
  if (existsSync(aws)) return aws;
  const bin = join(tools, "awscli", "bin");
  const wheel = join(tools, "aws_cdk_asset_awscli_v2-2.0.198-py3-none-any.whl");
  const download = ["download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest", tools, "aws-cdk.asset-awscli-v2==2.0.198"];
  for (const [program, args] of [[join(bin, "pip"), download], [join(bin, "python"), ["scripts/unpack-aws-cli-2.py", wheel, folder]]]) {
    const { code, text } = await capture(program, args);
    if (code !== 0) fail(`Version 2 of the AWS CLI for the tests could not be installed: ${text.trim()}`, "Check the way to the package index, then start again.");
  }
  rmSync(wheel);
  return aws;
}

/** Ten seconds for each target; `npm run test:deep` runs them for longer. */
async function fuzzBriefly() {
  const why = whyNoFuzzing();
  if (why) say(`Fuzzing is left out: ${why}.`);
  else await fuzz({ seconds: 10 });
}
