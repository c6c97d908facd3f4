// What `npm run measure` counts, on samples.
import assert from "node:assert/strict";
import { test } from "node:test";
import { circles, moduleOf, runsUp, strongly } from "./graph.mjs";
import { report, spread } from "./report.mjs";
import { facts } from "./rust.mjs";
import { isProduct, readFile } from "./typescript.mjs";

const none = { files: [], functions: [], types: [], echoes: [], arrows: [], crates: [] };
const arrow = (from, to) => ({ crate: "app", from: `crates/app/src/${from}`, to: `crates/app/src/${to}`, line: 1, name: "Name" });
const read = (text, files = []) => readFile({ path: "fleet/tree.tsx", text }, (path) => files.includes(path));

test("a function of more than one line counts with its name and all its lines", () => {
  const { functions } = read("export function a() {\n  return 1;\n}\nconst b = () => {\n\n};\nclass C {\n  d() {\n  }\n}\nconst e = () => 1;\nf(() => {\n});");
  assert.deepEqual(functions.map(({ name, line, lines }) => [name, line, lines]), [["a", 1, 3], ["b", 4, 3], ["d", 8, 2], ["closure", 12, 2]]);
});

test("types count at the top level, exported or not", () => {
  const { types } = read("export interface A {}\ntype B = 1;\nexport class C {}\nenum D {}\nfunction f() { type Inner = 1; }");
  assert.deepEqual(types.map(({ name }) => name), ["A", "B", "C", "D"]);
});

test("an import is an arrow to the file of ours that it names", () => {
  const text = 'import { a } from "../state/a";\nimport type { B } from "./b";\nimport React from "react";\nimport "./c.css";\nexport * from "./d";';
  const { arrows } = read(text, ["state/a.ts", "fleet/b.tsx", "fleet/d.ts"]);
  assert.deepEqual(arrows.map(({ to }) => to), ["ui/src/state/a.ts", "ui/src/fleet/b.tsx", "ui/src/fleet/d.ts"]);
});

test("tests and generated files are no product", () => {
  assert.deepEqual(["a.ts", "a.tsx", "a.test.ts", "a.test.helper.tsx", "a.d.ts", "ipc/bindings.ts", "a.css"].filter(isProduct), ["a.ts", "a.tsx"]);
});

test("a file is the module that its path says", () => {
  const paths = ["crates/app/src/lib.rs", "crates/app/src/tab/mod.rs", "crates/app/src/tab/life.rs", "ui/src/fleet/rows.tsx"];
  assert.deepEqual(paths.map(moduleOf), [[], ["tab"], ["tab", "life"], ["fleet", "rows"]]);
});

test("an arrow runs up when it leads to a module around its start", () => {
  assert.equal(runsUp(arrow("tab/life.rs", "tab.rs")), true);
  assert.equal(runsUp(arrow("tab/life.rs", "lib.rs")), true);
  assert.equal(runsUp(arrow("tab/life.rs", "tab/end.rs")), false);
  assert.equal(runsUp(arrow("tab.rs", "tab/life.rs")), false);
});

test("what reaches itself through others is a circle, once", () => {
  assert.deepEqual(strongly([["a", "b"], ["b", "c"], ["c", "a"], ["c", "b"], ["c", "d"]]), [["a", "b", "c"]]);
  assert.deepEqual(strongly([["a", "b"], ["a", "c"], ["b", "c"]]), []);
});

test("modules are in a circle also when no files of theirs are", () => {
  const found = circles([arrow("tab/life.rs", "fleet.rs"), arrow("fleet.rs", "tab/name.rs")]);
  assert.deepEqual(found, { files: [], folders: [["app::fleet", "app::tab"]] });
  assert.deepEqual(circles([arrow("tab/a.rs", "tab/b.rs"), arrow("tab/b.rs", "tab/a.rs")]).folders, [["app::tab::a", "app::tab::b"]]);
  assert.deepEqual(circles([arrow("tab/a.rs", "tab.rs"), arrow("tab.rs", "tab/a.rs")]), { files: [["crates/app/src/tab.rs", "crates/app/src/tab/a.rs"]], folders: [] });
});

test("the spread of lengths", () => {
  assert.deepEqual(spread(Array.from({ length: 100 }, (_, index) => index + 1)), { median: 51, p90: 91, p99: 100, max: 100 });
  assert.deepEqual(spread([]), { median: 0, p90: 0, p99: 0, max: 0 });
});

test("each limit that is passed is said", () => {
  const twice = Array.from({ length: 19 }, (_, index) => [{ path: "a.rs", line: 1, name: `T${index}` }, { path: "b.rs", line: 1, name: `T${index}` }]).flat();
  const rust = {
    ...none,
    functions: [{ path: "a.rs", line: 1, name: "f", lines: 41 }],
    types: twice,
    arrows: [arrow("a.rs", "b.rs"), arrow("b.rs", "a.rs")],
    crates: [{ name: "model", needs: ["app"] }, { name: "news", needs: [] }, { name: "cli", needs: ["session", "features"] }],
  };
  const { broken } = report(rust, { ...none, functions: [{ path: "a.ts", line: 1, name: "f", lines: 81 }] });
  assert.deepEqual(broken, [
    "Rust functions: median is 41, more than 8",
    "Rust functions: p99 is 41, more than 40",
    "TypeScript functions of more than one line: max is 81, more than 80",
    "Circles in crates: 2",
    "Arrows between crates run up: model → app, news has no place in the order (scripts/measure/report.mjs)",
    "Names of Rust types: 19 are defined in more than one file, more than 18",
  ]);
  assert.deepEqual(report(none, none).broken, []);
});

test("the measuring program's lines are facts", () => {
  const found = facts("file\tapp\tcrates/app/src/tab.rs\t12\narrow\tapp\ta.rs\t3\tb.rs\tB\n");
  assert.deepEqual(found.files, [{ crate: "app", path: "crates/app/src/tab.rs", lines: 12 }]);
  assert.deepEqual(found.arrows, [{ crate: "app", from: "a.rs", line: 3, to: "b.rs", name: "B" }]);
});
