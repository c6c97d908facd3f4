// The real AWS CLI as an outside client of the tests: version 1 in a virtual environment of its own, version 2 as it is packed.
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { capture, fail, targetDir } from "./steps.mjs";

const tools = join(targetDir, "tools");

/** Installs version 1 where it is missing. Resolves with its path; its Python is beside it. */
export async function awsCli() {
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
export async function awsCli2() {
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
