// The Rust half of `npm run measure`: reads what tests/measure prints, and asks Cargo which crate needs which.
import { built, capture, fail, run } from "../steps.mjs";

const COLUMNS = {
  file: ["crate", "path", "lines"],
  function: ["path", "line", "name", "lines"],
  type: ["path", "line", "name"],
  echo: ["path", "line", "name", "text"],
  arrow: ["crate", "from", "line", "to", "name"],
};
const NUMBERS = ["line", "lines"];

/** Every fact of the Rust code below a folder, by kind: files, functions, types, echoes and arrows. */
export async function readRust(folder) {
  const build = ["build", "--quiet", "--locked", "-p", "postern-measure"];
  if ((await run("cargo", build)) !== 0) fail("The measuring program could not be built.");
  const { code, text } = await capture(built("postern-measure"), [folder]);
  if (code !== 0) fail("The Rust code could not be read.", text);
  return facts(text);
}

/** The lines of tests/measure as objects, by kind. */
export function facts(text) {
  const found = { files: [], functions: [], types: [], echoes: [], arrows: [] };
  const lists = { file: found.files, function: found.functions, type: found.types, echo: found.echoes, arrow: found.arrows };
  for (const line of text.split("\n").filter(Boolean)) {
    const [kind, ...values] = line.split("\t");
    lists[kind].push(Object.fromEntries(COLUMNS[kind].map((column, index) => [column, NUMBERS.includes(column) ? Number(values[index]) : values[index]])));
  }
  return found;
}

/** Our crates with the crates of ours that they need to be built, without those of their tests. */
export async function readCrateOrder(folder) {
  const { code, text } = await capture("cargo", ["metadata", "--no-deps", "--offline", "--locked", "--format-version", "1"], { cwd: folder });
  if (code !== 0) fail("Cargo could not describe the workspace.", text);
  const packages = JSON.parse(text.slice(text.indexOf("{"))).packages;
  const short = (name) => name.replace(/^postern-/, "");
  return packages.map((one) => ({
    name: short(one.name),
    needs: one.dependencies.filter((need) => need.kind === null && need.path).map((need) => short(need.name)),
  }));
}
