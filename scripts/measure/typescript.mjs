// The TypeScript half of `npm run measure`. It reads with Vite's parser: TypeScript 7 has none that runs in Node.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { parseSync } from "vite";

const FUNCTIONS = ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"];
const TYPES = ["TSInterfaceDeclaration", "TSTypeAliasDeclaration", "TSEnumDeclaration", "ClassDeclaration"];
const GENERATED = "ipc/bindings.ts";

/** Every fact of the interface's code: files, functions, types and arrows. */
export function readTypeScript(folder) {
  const source = join(folder, "ui", "src");
  const paths = readdirSync(source, { recursive: true }).map((path) => path.replaceAll("\\", "/"));
  const sources = paths.filter(isProduct).sort().map((path) => ({ path, text: readFileSync(join(source, path), "utf8") }));
  const exists = (path) => existsSync(join(source, path));
  const read = sources.map((one) => readFile(one, exists));
  return {
    files: read.map(({ path, lines }) => ({ path: `ui/src/${path}`, lines })),
    functions: read.flatMap(({ functions }) => functions),
    types: read.flatMap(({ types }) => types),
    arrows: read.flatMap(({ arrows }) => arrows),
  };
}

/** Tests, what helps them, declarations and what a program writes are not counted. */
export function isProduct(path) {
  return /\.tsx?$/.test(path) && !/\.test\.|\.d\.ts$/.test(path) && path !== GENERATED;
}

/** The facts of one file. `exists` tells whether a path below `ui/src` is a file, so that an import finds its target. */
export function readFile({ path, text }, exists) {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  const lineOf = lineCounter(text);
  const shown = `ui/src/${path}`;
  return {
    path,
    lines: text.split("\n").length - (text.endsWith("\n") ? 1 : 0),
    functions: functionsOf(program, lineOf).map((found) => ({ path: shown, ...found })),
    types: typesOf(program, lineOf).map((found) => ({ path: shown, ...found })),
    arrows: importsOf(program).flatMap(({ from, start }) => {
      const to = target(path, from, exists);
      return to ? [{ crate: "ui", from: shown, line: lineOf(start), to: `ui/src/${to}`, name: from }] : [];
    }),
  };
}

/** Functions, methods and closures of more than one line, from their first to their last. A closure on one line is an expression. */
function functionsOf(program, lineOf) {
  const found = [];
  const visit = (node, parent) => {
    if (FUNCTIONS.includes(node.type) && node.body) {
      const line = lineOf(node.start);
      const lines = lineOf(node.end) - line + 1;
      if (lines > 1) found.push({ line, name: nameOf(node, parent), lines });
    }
    for (const child of childrenOf(node)) visit(child, node);
  };
  visit(program, undefined);
  return found;
}

function childrenOf(node) {
  return Object.values(node).flat().filter((value) => typeof value?.type === "string");
}

function nameOf(node, parent) {
  return node.id?.name ?? parent?.id?.name ?? parent?.key?.name ?? "closure";
}

/** Interfaces, aliases, enums and classes at the top level of a file. */
function typesOf(program, lineOf) {
  return program.body
    .map((statement) => statement.declaration ?? statement)
    .filter((statement) => TYPES.includes(statement.type) && statement.id)
    .map(({ id }) => ({ line: lineOf(id.start), name: id.name }));
}

/** What a file imports from others of ours, types included. What it only gives on counts too: there are no folders' indexes. */
function importsOf(program) {
  return program.body.filter((statement) => statement.source?.value.startsWith(".")).map(({ source, start }) => ({ from: source.value, start }));
}

function target(path, from, exists) {
  const bare = posix.join(dirname(path), from);
  const found = [bare, `${bare}.ts`, `${bare}.tsx`, `${bare}/index.ts`, `${bare}/index.tsx`].find((candidate) => /\.tsx?$/.test(candidate) && exists(candidate));
  return found && isProduct(found) ? found : undefined;
}

function lineCounter(text) {
  const ends = [...text].flatMap((letter, index) => (letter === "\n" ? [index] : []));
  return (offset) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle] < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}
