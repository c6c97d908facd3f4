import { expect, test } from "vitest";
import type { Row, Tree } from "../state/tree";
import { foundByEnter } from "./found";

const row = (kind: string, key: string) => ({ kind, key }) as unknown as Row;
const tree = (...rows: Row[]) => ({ rows }) as unknown as Tree;

test("the only thing found is what Enter means", () => {
  const only = row("node", "n:1");
  expect(foundByEnter(tree(row("section", "s"), row("pair", "p:1"), only), null)).toEqual({ row: only, sure: true });
});

test("of several the selected one is meant, and without one there is a choice to make", () => {
  const [first, second] = [row("node", "n:1"), row("connection", "c:2")];
  expect(foundByEnter(tree(first, second), "c:2")).toEqual({ row: second, sure: true });
  expect(foundByEnter(tree(first, second), null)).toEqual({ row: first, sure: false });
  expect(foundByEnter(tree(first, second), "n:9")).toEqual({ row: first, sure: false });
});

test("nothing found means nothing", () => {
  expect(foundByEnter(tree(row("note", "x")), "n:1").row).toBeNull();
});
