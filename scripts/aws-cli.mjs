// The real AWS CLI as an outside client of the tests, in a virtual environment of its own.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { capture, fail, targetDir } from "./steps.mjs";

/** Installs it where it is missing. Resolves with its path; its Python is beside it. */
export async function awsCli() {
  const venv = join(targetDir, "tools", "awscli");
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
