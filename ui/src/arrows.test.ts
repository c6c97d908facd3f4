// @vitest-environment node
import { expect, test } from "vitest";

/** Every source file by its path below `src`. */
const files = Object.entries(
  import.meta.glob("./**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true }),
).map(([path, text]) => ({ path: path.slice(2), text: text as string }));

/** What shows a part of the product: its store, its actions and its views. */
const FEATURES = [
  "accounts",
  "first-run",
  "forwards",
  "fleet",
  "imports",
  "palette",
  "saved",
  "sessions",
  "settings",
  "sign-in",
  "status",
  "workbench",
];

function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : "";
}

const paths = new Set(files.map(({ path }) => path));

/** The modules below `src` that a file imports, each by its path. */
function importsOf({ path, text }: { path: string; text: string }): string[] {
  const targets = [...text.matchAll(/(?:from|import) "(\.[^"]+)"|import\("(\.[^"]+)"\)/g)].map(
    (match) => match[1] ?? match[2] ?? "",
  );
  return targets.flatMap((target) => {
    const parts = path.split("/").slice(0, -1);
    for (const part of target.split("/")) {
      if (part === "..") parts.pop();
      else if (part !== ".") parts.push(part);
    }
    const found = [`${parts.join("/")}.ts`, `${parts.join("/")}.tsx`].find((candidate) => paths.has(candidate));
    return found === undefined ? [] : [found];
  });
}

const products = files.filter(({ path }) => !path.includes(".test."));

test("a feature shows only what is its own: of another it knows stores and actions, never a view", () => {
  for (const file of products.filter(({ path }) => FEATURES.includes(folderOf(path)))) {
    const others = importsOf(file).filter(
      (path) => path.endsWith(".tsx") && FEATURES.includes(folderOf(path)) && folderOf(path) !== folderOf(file.path),
    );
    expect(others, file.path).toEqual([]);
  }
});

test("stores and actions know no view", () => {
  for (const file of products.filter(({ path }) => FEATURES.includes(folderOf(path)) && path.endsWith(".ts")))
    expect(
      importsOf(file).filter((path) => path.endsWith(".tsx") && FEATURES.includes(folderOf(path))),
      file.path,
    ).toEqual([]);
});

/** The folders that features share: each imports of ours only what stands beside it. */
const SHARED: Record<string, readonly string[]> = {
  kit: [],
  theme: [],
  ipc: [],
  domain: ["ipc", "kit"],
};

test("what is shared knows no feature, and the kit nothing of ours", () => {
  for (const file of products) {
    const allowed = SHARED[folderOf(file.path)];
    if (allowed === undefined) continue;
    const others = importsOf(file).map(folderOf);
    expect(
      others.filter((folder) => folder !== folderOf(file.path) && !allowed.includes(folder)),
      file.path,
    ).toEqual([]);
  }
});

/** What features fill in: dialogs and their fields, and those of a Session document. */
const FORMS = ["documents", "forms"];

test("forms that features share know stores and actions, and no feature's view", () => {
  for (const file of products.filter(({ path }) => FORMS.includes(folderOf(path))))
    expect(
      importsOf(file).filter((path) => path.endsWith(".tsx") && !["domain", "kit", ...FORMS].includes(folderOf(path))),
      file.path,
    ).toEqual([]);
});

test("what the whole window shares knows no feature", () => {
  for (const file of products.filter(({ path }) => folderOf(path) === "window"))
    expect(
      importsOf(file).filter((path) => FEATURES.includes(folderOf(path))),
      file.path,
    ).toEqual([]);
});

test("the shell puts everything together, so nothing knows it", () => {
  for (const file of products.filter(({ path }) => !["", "shell"].includes(folderOf(path))))
    expect(
      importsOf(file).filter((path) => folderOf(path) === "shell"),
      file.path,
    ).toEqual([]);
});

/** The modules of a circle, in its order; null where there is none. */
function circle(imports: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const walk = (path: string, way: readonly string[]): string[] | null => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return null;
    for (const next of imports.get(path) ?? []) {
      const found = walk(next, [...way, path]);
      if (found !== null) return found;
    }
    done.add(path);
    return null;
  };
  for (const path of imports.keys()) {
    const found = walk(path, []);
    if (found !== null) return found;
  }
  return null;
}

test("no module imports itself by way of others", () => {
  const ring = new Map([
    ["a", ["b"]],
    ["b", ["c", "d"]],
    ["d", ["b"]],
  ]);
  expect(circle(ring)).toEqual(["b", "d", "b"]);
  expect(circle(new Map(files.map((file) => [file.path, importsOf(file)])))).toBeNull();
});

test("only the ipc folder talks to the program, and only it knows the stand-in", () => {
  for (const { path, text } of products.filter(({ path }) => folderOf(path) !== "ipc")) {
    expect(text, path).not.toMatch(/@tauri-apps|#backend|__TAURI|ipc\/mock/);
  }
});

test("markup is never built from strings", () => {
  for (const { path, text } of products)
    expect(text, path).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|dangerouslySet/);
});

/** The opening tags of a file's plain elements, such as `<div …>`. */
function openingTags(text: string): string[] {
  return [...text.matchAll(/<[a-z][\w-]*(?=[\s>])/g)].map(({ index }) => {
    let depth = 0;
    let at = index;
    for (; at < text.length && !(text[at] === ">" && depth === 0); at += 1) {
      if (text[at] === "{") depth += 1;
      else if (text[at] === "}") depth -= 1;
    }
    return text.slice(index, at);
  });
}

test("nothing has the web view's own tooltip, which lies over dialogs and knows no keys", () => {
  expect(openingTags('<p a={() => 1} title="x">')).toEqual(['<p a={() => 1} title="x"']);
  for (const { path, text } of products.filter((file) => file.path.endsWith(".tsx")))
    for (const tag of openingTags(text)) expect(tag, path).not.toMatch(/\stitle=/);
});

test("every file opens with what it is", () => {
  for (const { path, text } of products) {
    if (path === "ipc/bindings.ts" || path.endsWith(".d.ts")) continue;
    expect(text.startsWith("/**"), path).toBe(true);
  }
});
