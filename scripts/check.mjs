// `npm run check`: formatting and lints of both languages; any finding fails.
import { lintsWhileBuilding } from "./lints.mjs";
import { ensurePrerequisites } from "./prerequisites.mjs";
import { npm, npx, say, step } from "./steps.mjs";

await ensurePrerequisites();
await step("Rust formatting", "cargo", ["fmt", "--all", "--check"], { onFailure: "Run `cargo fmt --all`." });
await step("Interface types and lints", npm, ["run", "check", "-w", "ui"]);
await step("Lints of scripts and end-to-end tests", npx, ["biome", "lint", "scripts", "tests/e2e"]);
await step("The shape of the code", npm, ["run", "--silent", "measure", "--", "--check"]);
if (lintsWhileBuilding) say("The Rust lints come with the compile of the tests.");
else {
  await step("Building the interface, which the window embeds", npm, ["run", "build", "-w", "ui"]);
  await step("Rust lints (minutes the first time)", "cargo", ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]);
}
