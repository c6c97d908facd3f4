import { expect, test } from "vitest";
import { columnOf, leastWidth, moved, shownColumns, toggled, tracksOf } from "./columns";

const fields = (columns: ReturnType<typeof shownColumns>) => columns.map(({ field }) => field);

test("the name is always there and first, and unknown columns are passed over", () => {
  expect(fields(shownColumns(["state", "name", "colour", "tag:role"], false))).toEqual(["name", "state", "tag:role"]);
  expect(fields(shownColumns(["zone"], true))).toEqual(["name", "profile", "state"]);
  expect(columnOf("tag:")).toBeUndefined();
  expect(columnOf("tag:aws:stack")?.title).toBe("aws:stack");
});

test("a column moves among the others, never before the name or past the end", () => {
  const columns = ["name", "id", "state", "type"];
  expect(moved(columns, "state", -1)).toEqual(["name", "state", "id", "type"]);
  expect(moved(columns, "id", -5)).toEqual(columns);
  expect(moved(columns, "id", 9)).toEqual(["name", "state", "type", "id"]);
  expect(moved(columns, "name", 1)).toEqual(columns);
  expect(moved(columns, "zone", 1)).toEqual(columns);
});

test("a column that is shown again comes last", () => {
  expect(toggled(["name", "id"], "id")).toEqual(["name"]);
  expect(toggled(["name"], "id")).toEqual(["name", "id"]);
});

test("the name takes what the others leave", () => {
  const columns = shownColumns(["id"], false);
  expect(tracksOf(columns)).toBe("34px minmax(200px, 1fr) 168px");
  expect(leastWidth(columns)).toBe(34 + 200 + 168);
});
