// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

// Read as files: a style sheet that is imported is a module here, and not its text.
const source = join(import.meta.dirname, "..");
const sheets = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".css"))
  .map((path) => ({
    path: path.replaceAll("\\", "/"),
    text: readFileSync(join(source, path), "utf8").replace(/\/\*[\s\S]*?\*\//g, ""),
  }));

const TOKENS = "theme/tokens.css";

/** Declarations that write pixels of their own, and why they may. */
const EXCEPTIONS: readonly { why: string; covers: (path: string, declaration: string) => boolean }[] = [
  {
    why: "Custom properties have no value in the condition of a media or container query.",
    covers: (_, declaration) => /^@(media|container)/.test(declaration),
  },
  {
    why: "How far one component may grow or shrink and the columns of one table are no measure of any other.",
    covers: (_, declaration) => /^(min-width|max-width|min-height|max-height|grid-template-columns):/.test(declaration),
  },
  {
    why: "The arch of the first run is a drawing, and what lies on it is measured with it.",
    covers: (path, declaration) =>
      path.endsWith("first-run.module.css") &&
      ["top: 836px", "width: 1016px", "width: 880px", "width: 52px", "height: 52px"].includes(declaration),
  },
];

/** Declarations and the conditions of at-rules, each on one line. */
function declarations(text: string): string[] {
  return text.split(/[;{}]/).map((part) => part.replace(/\s+/g, " ").trim());
}

/** The lengths in pixels that a declaration writes, hairlines left out. */
function pixels(declaration: string): string[] {
  return (declaration.match(/-?[\d.]+px\b/g) ?? []).filter((length) => length !== "1px" && length !== "-1px");
}

test("style sheets measure by tokens: no pixels but hairlines and what has a reason", () => {
  expect(sheets.length).toBeGreaterThan(20);
  for (const { path, text } of sheets.filter((sheet) => sheet.path !== TOKENS)) {
    const raw = declarations(text).filter(
      (declaration) =>
        pixels(declaration).length > 0 && !EXCEPTIONS.some((exception) => exception.covers(path, declaration)),
    );
    expect.soft(raw, path).toEqual([]);
  }
});

test("every token that is used has a value", () => {
  const all = sheets.map(({ text }) => text).join("\n");
  const defined = new Set([...all.matchAll(/(--[\w-]+)\s*:/g)].map((match) => match[1]));
  // Base UI measures these and sets them on its popups.
  for (const measured of ["--anchor-width", "--available-height"]) defined.add(measured);
  const used = [...all.matchAll(/var\((--[\w-]+)/g)].map((match) => match[1]);
  expect(used.length).toBeGreaterThan(500);
  expect(used.filter((name) => !defined.has(name))).toEqual([]);
});
