import { expect, test } from "vitest";

/** Every source file by its path below `src`. */
const files = Object.entries(
  import.meta.glob("./**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true }),
).map(([path, text]) => ({ path: path.slice(2), text: text as string }));

const FEATURES = ["first-run", "fleet", "connections", "terminal", "palette", "settings", "status"];

function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : "";
}

/** The folders below `src` that a file imports from, its own left out. */
function importsOf({ path, text }: { path: string; text: string }): string[] {
  const targets = [...text.matchAll(/from "(\.[^"]+)"|import\("(\.[^"]+)"\)/g)].map(
    (match) => match[1] ?? match[2] ?? "",
  );
  const here = path.split("/").slice(0, -1);
  const folders = targets.map((target) => {
    const parts = [...here];
    for (const part of target.split("/")) {
      if (part === "..") parts.pop();
      else if (part !== ".") parts.push(part);
    }
    return parts.length > 1 ? (parts[0] ?? "") : "";
  });
  return folders.filter((folder) => folder !== folderOf(path));
}

const products = files.filter(({ path }) => !path.includes(".test."));

test("features do not import each other", () => {
  for (const file of products.filter(({ path }) => FEATURES.includes(folderOf(path)))) {
    const others = importsOf(file).filter((folder) => FEATURES.includes(folder) || folder === "shell");
    expect(others, file.path).toEqual([]);
  }
});

/** The folders that features share: each imports of ours only what stands beside it. */
const SHARED: Record<string, readonly string[]> = {
  kit: [],
  theme: [],
  ipc: [],
  domain: ["ipc", "kit"],
  state: ["domain", "ipc", "kit", "theme"],
  forms: ["domain", "ipc", "kit", "state"],
};

test("what is shared knows no feature, and the kit nothing of ours", () => {
  for (const file of products) {
    const allowed = SHARED[folderOf(file.path)];
    if (allowed === undefined) continue;
    const others = importsOf(file).filter((folder) => !allowed.includes(folder));
    expect(others, file.path).toEqual([]);
  }
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
