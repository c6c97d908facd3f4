/** The columns that the fleet page can show, by the names that the program sorts them by. */

export interface Column {
  /** As the program knows it: "private-ip", "tag:role". */
  field: string;
  title: string;
  /** In pixels; the name takes what is left over. */
  width: number;
}

const NAMED: readonly Column[] = [
  { field: "name", title: "Name", width: 200 },
  { field: "id", title: "Id", width: 168 },
  { field: "profile", title: "Profile and Region", width: 208 },
  { field: "account", title: "Account", width: 108 },
  { field: "region", title: "Region", width: 120 },
  { field: "zone", title: "Zone", width: 116 },
  { field: "state", title: "State", width: 136 },
  { field: "system", title: "Platform", width: 158 },
  { field: "type", title: "Type", width: 104 },
  { field: "private-ip", title: "Private IP", width: 112 },
  { field: "public-ip", title: "Public IP", width: 112 },
  { field: "agent", title: "Agent", width: 100 },
  { field: "role", title: "Role", width: 148 },
  { field: "launched", title: "Started", width: 112 },
];

export const USUAL_COLUMNS: readonly string[] = ["name", "id", "profile", "state", "system", "type", "private-ip"];
/** What is left of them where there is little room. */
const NARROW_COLUMNS: readonly string[] = ["name", "profile", "state"];
const TAG_WIDTH = 116;

/** Every column that is no tag's. */
export const COLUMNS = NAMED;

/** A column by its field; undefined if there is none. */
export function columnOf(field: string): Column | undefined {
  if (field.startsWith("tag:") && field.length > 4) return { field, title: field.slice(4), width: TAG_WIDTH };
  return NAMED.find((column) => column.field === field);
}

/** The columns to draw, in their order; the name is always there, and first. */
export function shownColumns(fields: readonly string[], narrow: boolean): readonly Column[] {
  const wanted = narrow ? NARROW_COLUMNS : ["name", ...fields.filter((field) => field !== "name")];
  return wanted.flatMap((field) => columnOf(field) ?? []);
}

/** The tracks of a row: its check box, then the columns. */
export function tracksOf(columns: readonly Column[]): string {
  const [first, ...rest] = columns.map(({ width }) => width);
  return ["34px", `minmax(${first ?? 0}px, 1fr)`, ...rest.map((width) => `${width}px`)].join(" ");
}

/** How wide a table of these columns is at least. */
export function leastWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + width, 34);
}

/** The same columns with one of them moved by so many places, never before the name. */
export function moved(fields: readonly string[], field: string, by: number): readonly string[] {
  const others = fields.filter((other) => other !== field);
  const at = fields.indexOf(field);
  if (at < 0 || field === "name") return fields;
  const to = Math.min(others.length, Math.max(others[0] === "name" ? 1 : 0, at + by));
  return [...others.slice(0, to), field, ...others.slice(to)];
}

/** With a column shown or hidden; a new one comes last. */
export function toggled(fields: readonly string[], field: string): readonly string[] {
  return fields.includes(field) ? fields.filter((other) => other !== field) : [...fields, field];
}
