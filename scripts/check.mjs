// `npm run check`: formatting and lints of both languages; any finding fails.
import { ensurePrerequisites } from "./prerequisites.mjs";
import { npm, npx, step } from "./steps.mjs";

await ensurePrerequisites();
await step("Rust formatting", "cargo", ["fmt", "--all", "--check"], { onFailure: "Run `cargo fmt --all`." });
await step("Interface types and lints", npm, ["run", "check", "-w", "ui"]);
await step("Lints of scripts and end-to-end tests", npx, ["biome", "lint", "scripts", "tests/e2e"]);
await step("Building the interface, which the window embeds", npm, ["run", "build", "-w", "ui"]);
await step("Rust lints (minutes the first time)", "cargo", ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]);
