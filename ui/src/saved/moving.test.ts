import { expect, test } from "vitest";
import type { SavedItemView } from "../ipc/contract";
import { saved as connection, savedGroup } from "../samples.test.helper";
import { placeOfDrop } from "./moving";

const group = (id: number): SavedItemView => ({ kind: "group", id });
const one = (id: number): SavedItemView => ({ kind: "connection", id });
const saved = {
  groups: [savedGroup(1, { name: "a" }), savedGroup(2, { name: "b", parent: 1 }), savedGroup(3, { name: "c" })],
  connections: [
    connection({ id: 11, name: "x", group: 1 }),
    connection({ id: 12, name: "y", group: 1 }),
    connection({ id: 13, name: "z" }),
  ],
};
const place = (item: SavedItemView, on: SavedItemView | "top", part: "before" | "into" | "after") =>
  placeOfDrop(item, on, part, saved);

test("a connection goes into a group, in front of one, or behind one", () => {
  expect(place(one(13), group(2), "into")).toEqual({ into: 2, before: null });
  expect(place(one(13), one(12), "before")).toEqual({ into: 1, before: one(12) });
  expect(place(one(13), one(11), "after")).toEqual({ into: 1, before: one(12) });
  expect(place(one(13), one(12), "after")).toEqual({ into: 1, before: null });
  expect(place(one(11), "top", "into")).toEqual({ into: null, before: null });
});

test("a group goes into another or in front of it, but never into itself", () => {
  expect(place(group(3), group(2), "into")).toEqual({ into: 2, before: null });
  expect(place(group(3), group(1), "before")).toEqual({ into: null, before: group(1) });
  expect(place(group(1), group(2), "into")).toBeNull();
  expect(place(group(1), group(1), "into")).toBeNull();
  expect(place(group(3), one(11), "before")).toEqual({ into: 1, before: null });
});

test("what stands there already is not moved", () => {
  expect(place(one(11), group(1), "into")).toBeNull();
  expect(place(one(13), "top", "into")).toBeNull();
  expect(place(one(11), one(11), "before")).toBeNull();
});
