/** The form of a Session document: fields from its parameters, and parameters from what is filled in. */
import type { DocumentParameterView, ParameterView } from "../ipc/contract";
import { counted } from "../kit/words";

/** How a value is given: typed, chosen from a few, several rows, or several of a few. */
type FieldControl = "text" | "choice" | "rows" | "checks";

export interface FormField {
  name: string;
  control: FieldControl;
  description: string;
  /** What the document takes when nothing is given; null where something must be. */
  defaults: readonly string[] | null;
  /** The legal values of a choice and of checks. */
  choices: readonly string[];
  pattern: string | null;
  minChars: number | null;
  maxChars: number | null;
}

/** What is filled in, by the parameter's name. */
export type FormValues = Readonly<Record<string, readonly string[]>>;

export function fieldsOf(parameters: readonly DocumentParameterView[]): FormField[] {
  return parameters.map((parameter) => {
    const { name, description, minChars, maxChars } = parameter;
    const choices = choicesOf(parameter);
    const control = controlOf(parameter.kind, choices.length > 0);
    const limits = { pattern: parameter.allowedPattern, minChars, maxChars };
    return { name, control, description, defaults: parameter.defaultValues, choices, ...limits };
  });
}

function choicesOf({ kind, allowedValues }: DocumentParameterView): readonly string[] {
  return kind === "boolean" && allowedValues.length === 0 ? ["true", "false"] : allowedValues;
}

function controlOf(kind: DocumentParameterView["kind"], limited: boolean): FieldControl {
  if (kind === "list") return limited ? "checks" : "rows";
  return limited ? "choice" : "text";
}

/** What the form begins with: what was given before, else the defaults. A text shows its default as a placeholder. */
export function startValues(fields: readonly FormField[], before: readonly ParameterView[]): FormValues {
  const given = new Map(before.map(({ name, values }) => [name, values]));
  return Object.fromEntries(fields.map((field) => [field.name, given.get(field.name) ?? startOf(field)]));
}

function startOf({ control, defaults }: FormField): readonly string[] {
  return control === "text" ? [] : (defaults ?? []);
}

/** The parameters to send. What is empty or equals the default is left to the document. */
export function parametersOf(fields: readonly FormField[], values: FormValues): ParameterView[] {
  return fields.flatMap((field) => {
    const given = givenOf(values, field.name);
    if (given.length === 0 || sameList(given, field.defaults)) return [];
    return [{ name: field.name, values: given }];
  });
}

/** What is wrong, by the parameter's name. The pattern is AWS's to check: its dialect is not the page's. */
export function problemsOf(fields: readonly FormField[], values: FormValues): ReadonlyMap<string, string> {
  return new Map(
    fields.flatMap((field) => {
      const problem = problemOf(field, givenOf(values, field.name));
      return problem === null ? [] : [[field.name, problem] as const];
    }),
  );
}

function problemOf(field: FormField, given: readonly string[]): string | null {
  if (given.length === 0) return field.defaults === null ? missing(field) : null;
  if (field.choices.length > 0) {
    const strange = given.find((value) => !field.choices.includes(value));
    return strange === undefined ? null : `${strange} is not one of the document's values.`;
  }
  return given.map((value) => lengthProblem(field, value)).find((problem) => problem !== null) ?? null;
}

function missing({ control }: FormField): string {
  if (control === "choice") return "Choose a value.";
  return control === "text" ? "Give a value." : "Give at least one value.";
}

function lengthProblem({ minChars, maxChars }: FormField, value: string): string | null {
  const length = [...value].length;
  if (minChars !== null && length < minChars) return `At least ${counted(minChars, "character")}; this has ${length}.`;
  if (maxChars !== null && length > maxChars) return `At most ${counted(maxChars, "character")}; this has ${length}.`;
  return null;
}

/** What is worth knowing before filling it in: limits, pattern and default, in words. */
export function hintsOf(field: FormField): string[] {
  const { pattern, defaults, control } = field;
  const said = control === "rows" || control === "checks" ? defaults : null;
  return [
    lengthWords(field),
    pattern === null ? "" : `Pattern ${pattern}`,
    said === null || said.length === 0 ? "" : `Default: ${said.join(", ")}`,
  ].filter((hint) => hint !== "");
}

function lengthWords({ minChars, maxChars }: FormField): string {
  if (minChars !== null && minChars > 0 && maxChars !== null) return `${minChars} to ${counted(maxChars, "character")}`;
  if (maxChars !== null) return `At most ${counted(maxChars, "character")}`;
  return minChars !== null && minChars > 0 ? `At least ${counted(minChars, "character")}` : "";
}

/** Names that were given before and that the document does not know (any more). */
export function unknownParameters(fields: readonly FormField[], before: readonly ParameterView[]): string[] {
  const known = new Set(fields.map((field) => field.name));
  return before.map(({ name }) => name).filter((name) => !known.has(name));
}

/** Spaces count; an empty row or field is nothing. */
function givenOf(values: FormValues, name: string): string[] {
  return (values[name] ?? []).filter((value) => value !== "");
}

function sameList(a: readonly string[], b: readonly string[] | null): boolean {
  return b !== null && a.length === b.length && a.every((value, index) => value === b[index]);
}

/** A parameter by name and value, where no document says what there is. */
export interface FreeRow {
  row: number;
  name: string;
  value: string;
}

/** The same name in several rows is a list of values. */
export function parametersOfRows(rows: readonly FreeRow[]): ParameterView[] {
  const values = new Map<string, string[]>();
  for (const { name, value } of rows) {
    if (name.trim() === "" && value === "") continue;
    values.set(name.trim(), [...(values.get(name.trim()) ?? []), value]);
  }
  return [...values].map(([name, list]) => ({ name, values: list }));
}

export function rowsOf(parameters: readonly ParameterView[]): FreeRow[] {
  return parameters
    .flatMap(({ name, values }) => values.map((value) => ({ name, value })))
    .map((pair, index) => ({ row: index + 1, ...pair }));
}
