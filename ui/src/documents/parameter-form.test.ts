// @vitest-environment node
import { expect, test } from "vitest";
import type { DocumentParameterView } from "../ipc/contract";
import {
  fieldsOf,
  hintsOf,
  parametersOf,
  parametersOfRows,
  problemsOf,
  rowsOf,
  startValues,
  unknownParameters,
} from "./parameter-form";

function parameter(name: string, own: Partial<DocumentParameterView> = {}): DocumentParameterView {
  return {
    name,
    kind: "text",
    description: "",
    defaultValues: null,
    allowedValues: [],
    allowedPattern: null,
    minChars: null,
    maxChars: null,
    ...own,
  };
}

test("each kind of parameter gets the control that fits its values", () => {
  const fields = fieldsOf([
    parameter("command"),
    parameter("strategy", { allowedValues: ["rolling", "at-once"] }),
    parameter("dryRun", { kind: "boolean" }),
    parameter("paths", { kind: "list" }),
    parameter("levels", { kind: "list", allowedValues: ["warn", "error"] }),
  ]);
  expect(fields.map(({ control }) => control)).toEqual(["text", "choice", "choice", "rows", "checks"]);
  expect(fields[2]?.choices).toEqual(["true", "false"]);
});

test("a boolean with its own spelling keeps it", () => {
  const [field] = fieldsOf([parameter("separate", { kind: "boolean", allowedValues: ["True", "False"] })]);
  expect(field?.choices).toEqual(["True", "False"]);
});

test("choices and lists begin with their defaults, texts show theirs as a placeholder", () => {
  const fields = fieldsOf([
    parameter("lines", { defaultValues: ["100"] }),
    parameter("strategy", { allowedValues: ["rolling", "at-once"], defaultValues: ["rolling"] }),
    parameter("paths", { kind: "list", defaultValues: ["/opt", "/usr"] }),
  ]);
  const values = startValues(fields, []);
  expect(values).toEqual({ lines: [], strategy: ["rolling"], paths: ["/opt", "/usr"] });
  expect(parametersOf(fields, values)).toEqual([]);
  expect(problemsOf(fields, values).size).toBe(0);
});

test("what was given before comes back, and what the document does not know is named", () => {
  const fields = fieldsOf([parameter("command"), parameter("lines", { defaultValues: ["100"] })]);
  const before = [
    { name: "lines", values: ["5"] },
    { name: "gone", values: ["x"] },
  ];
  expect(startValues(fields, before)).toEqual({ command: [], lines: ["5"] });
  expect(unknownParameters(fields, before)).toEqual(["gone"]);
});

test("what is empty or equals the default is left to the document; everything else is sent as it is", () => {
  const fields = fieldsOf([
    parameter("command"),
    parameter("lines", { defaultValues: ["100"] }),
    parameter("grace", { defaultValues: ["30"] }),
    parameter("paths", { kind: "list", defaultValues: ["/opt"] }),
  ]);
  const values = { command: ["  ls -l  "], lines: ["100"], grace: ["31"], paths: ["/opt", "", "/srv"] };
  expect(parametersOf(fields, values)).toEqual([
    { name: "command", values: ["  ls -l  "] },
    { name: "grace", values: ["31"] },
    { name: "paths", values: ["/opt", "/srv"] },
  ]);
});

test("a parameter without a default is required, in the words of its control", () => {
  const fields = fieldsOf([
    parameter("command"),
    parameter("dryRun", { kind: "boolean" }),
    parameter("paths", { kind: "list" }),
    parameter("note", { defaultValues: [""] }),
  ]);
  expect(Object.fromEntries(problemsOf(fields, { command: [""], paths: [""] }))).toEqual({
    command: "Give a value.",
    dryRun: "Choose a value.",
    paths: "Give at least one value.",
  });
});

test("lengths are counted in characters, of each value of a list", () => {
  const fields = fieldsOf([
    parameter("unit", { minChars: 3, maxChars: 4 }),
    parameter("names", { kind: "list", maxChars: 2 }),
  ]);
  const problem = (unit: string, names: string[]) => Object.fromEntries(problemsOf(fields, { unit: [unit], names }));
  expect(problem("🚀🚀🚀", ["ab"])).toEqual({});
  expect(problem("ab", ["abc"])).toEqual({
    unit: "At least 3 characters; this has 2.",
    names: "At most 2 characters; this has 3.",
  });
  expect(problem("abcde", ["a", "b"])).toEqual({ unit: "At most 4 characters; this has 5." });
});

test("a value that the document no longer allows is refused here and not only at AWS", () => {
  const fields = fieldsOf([
    parameter("strategy", { allowedValues: ["rolling"] }),
    parameter("levels", { kind: "list", allowedValues: ["warn", "error"] }),
  ]);
  const problems = problemsOf(fields, { strategy: ["at-once"], levels: ["warn", "trace"] });
  expect(problems.get("strategy")).toBe("at-once is not one of the document's values.");
  expect(problems.get("levels")).toBe("trace is not one of the document's values.");
});

test("the pattern is shown and never checked here", () => {
  const fields = fieldsOf([parameter("lines", { allowedPattern: "^[0-9]+$", minChars: 1, maxChars: 3 })]);
  expect(problemsOf(fields, { lines: ["abc"] }).size).toBe(0);
  expect(fields.flatMap(hintsOf)).toEqual(["1 to 3 characters", "Pattern ^[0-9]+$"]);
});

test("limits are said as far as there are any", () => {
  const hints = (own: Partial<DocumentParameterView>) => fieldsOf([parameter("x", own)]).flatMap(hintsOf);
  expect(hints({})).toEqual([]);
  expect(hints({ minChars: 0 })).toEqual([]);
  expect(hints({ minChars: 1 })).toEqual(["At least 1 character"]);
  expect(hints({ minChars: 0, maxChars: 64 })).toEqual(["At most 64 characters"]);
  expect(hints({ kind: "list", defaultValues: ["a", "b"] })).toEqual(["Default: a, b"]);
});

test("free rows with the same name are one list, and empty rows are nothing", () => {
  const rows = [
    { row: 1, name: "paths", value: "/a" },
    { row: 2, name: "", value: "" },
    { row: 3, name: " paths ", value: "/b" },
    { row: 4, name: "", value: "lost" },
  ];
  const parameters = parametersOfRows(rows);
  expect(parameters).toEqual([
    { name: "paths", values: ["/a", "/b"] },
    { name: "", values: ["lost"] },
  ]);
  expect(parametersOfRows(rowsOf(parameters))).toEqual(parameters);
});
