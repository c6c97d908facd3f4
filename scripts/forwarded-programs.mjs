// Programs of others that tests have forwards lead to: their packages, and the tests that cannot run where a system has none of them.
import { existsSync } from "node:fs";
import { capture } from "./steps.mjs";

const found = async (...names) => (await capture("sh", ["-c", names.map((name) => `command -v ${name}`).join(" && ")])).code === 0;

/** Debian and Ubuntu packages, the first that the system has of names with a bar between; whether it is there; the tests that need it. */
const PROGRAMS = [
  // A new PostgreSQL of Debian's runs at once; the tests start one of their own, on another port.
  ["postgresql", async () => existsSync("/usr/lib/postgresql") || found("initdb", "pg_dump"), "real_databases"],
  ["redis-tools", () => found("redis-cli", "redis-check-rdb"), "real_databases"],
  ["chromium-headless-shell|chromium", async () => (await found("chromium-headless-shell")) || (await found("chromium")) || found("google-chrome"), "real_browser"],
  ["freerdp2-x11|freerdp3-x11", () => found("xfreerdp"), "real_desktop"],
  ["freerdp2-shadow-x11|freerdp3-shadow-x11", () => found("freerdp-shadow-cli"), "real_desktop"],
];

/** For the check of what is missing. */
export const FORWARDED_PACKAGES = PROGRAMS.map(([names, present]) => [names, present]);

/** The test binaries that miss a program here. CI leaves nothing out: there they fail and say what they need. */
export async function testsWithoutTheirPrograms() {
  if (process.env.CI) return [];
  const without = new Set();
  for (const [, present, test] of PROGRAMS) if (!(await present())) without.add(test);
  return [...without];
}
