// `npm run measure`: counts what tells whether the code keeps its shape, in Rust (crates, src-tauri) and TypeScript (ui/src),
// tests and generated files left out. `--check` ends with status 1 where a limit is passed, and names every offender;
// `--all` names what has no limit as well; `--root <folder>` measures another checkout. What is counted, and how, stands beside
// the code that counts it: scripts/measure/*.mjs and tests/measure.
import { resolve } from "node:path";
import { report } from "./measure/report.mjs";
import { readCrateOrder, readRust } from "./measure/rust.mjs";
import { readTypeScript } from "./measure/typescript.mjs";
import { root } from "./steps.mjs";

const options = process.argv.slice(2);
const at = options.indexOf("--root");
const folder = at < 0 ? root : resolve(options[at + 1]);

const rust = { ...(await readRust(folder)), crates: await readCrateOrder(folder) };
const { lines, broken } = report(rust, readTypeScript(folder), { all: options.includes("--all") });
for (const line of lines) console.log(line);
if (options.includes("--check") && broken.length > 0) {
  console.error(`\n✗ ${broken.join("\n✗ ")}`);
  process.exit(1);
}
