// @vitest-environment node
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  emptyLayout,
  focus,
  insert,
  isInView,
  type Layout,
  layoutOf,
  move,
  type Place,
  remove,
  split,
  tabsOf,
} from "./layout";

const order = (layout: Layout) => tabsOf(layout.root);

test("tabs move to a place and never out of the strip", () => {
  const now = layoutOf([1, 2, 3]);
  expect(order(move(now, 1, 2))).toEqual([2, 3, 1]);
  expect(order(move(now, 3, 0))).toEqual([3, 1, 2]);
  expect(order(move(now, 2, 99))).toEqual([1, 3, 2]);
  expect(move(now, 9, 0)).toBe(now);
});

test("closing the active tab leads to the one used before it", () => {
  let now = [1, 3, 2].reduce(focus, layoutOf([1, 2, 3]));
  now = remove(now, 2);
  expect(now.active).toBe(3);
  now = remove(now, 1);
  expect(now.active).toBe(3);
  expect(remove(now, 3)).toEqual(emptyLayout());
});

test("a tab that was never used is what is left to show", () => {
  expect(remove(focus(layoutOf([1, 2, 3]), 1), 1).active).toBe(3);
});

test("tabs come back in the order in which they stood, new ones after them", () => {
  expect(order(layoutOf([1, 2, 3, 4], [3, 9, 1]))).toEqual([3, 1, 2, 4]);
});

test("a tab beside the others has a stack of its own, and what is closed beside it leaves no gap", () => {
  const now = split(focus(layoutOf([1, 2, 3]), 3), 3, "row");
  expect(now.root).toMatchObject({ kind: "split", parts: [{ tabs: [1, 2] }, { tabs: [3], shown: 3 }] });
  expect(order(insert(now, 4))).toEqual([1, 2, 3, 4]);
  expect(remove(now, 3).root).toMatchObject({ kind: "stack", tabs: [1, 2] });
  expect(split(layoutOf([1]), 1, "column")).toEqual(layoutOf([1]));
});

type Step = (layout: Layout) => Layout;

const tab = fc.integer({ min: 1, max: 8 });
const step: fc.Arbitrary<Step> = fc.oneof(
  tab.map(
    (id): Step =>
      (now) =>
        insert(now, id),
  ),
  tab.map(
    (id): Step =>
      (now) =>
        remove(now, id),
  ),
  tab.map(
    (id): Step =>
      (now) =>
        focus(now, id),
  ),
  fc.tuple(tab, fc.nat(9)).map(
    ([id, to]): Step =>
      (now) =>
        move(now, id, to),
  ),
  fc.tuple(tab, fc.constantFrom("row" as const, "column" as const)).map(
    ([id, how]): Step =>
      (now) =>
        split(now, id, how),
  ),
);

function stacks(place: Place): Extract<Place, { kind: "stack" }>[] {
  return place.kind === "stack" ? [place] : place.parts.flatMap(stacks);
}

function splits(place: Place): Extract<Place, { kind: "split" }>[] {
  return place.kind === "stack" ? [] : [place, ...place.parts.flatMap(splits)];
}

test("whatever is done, each tab stands once, nothing is empty, and what is active is in view", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (list) => {
      let now = emptyLayout();
      for (const change of list) {
        const before = structuredClone(now);
        const next = change(now);
        expect(now).toEqual(before);
        now = next;
        const all = order(now);
        expect(new Set(all).size).toBe(all.length);
        const every = stacks(now.root);
        expect(every.every(({ tabs }) => tabs.length > 0 || every.length === 1)).toBe(true);
        expect(every.every(({ tabs, shown }) => shown === null || tabs.includes(shown))).toBe(true);
        expect(splits(now.root).every(({ parts }) => parts.length > 1)).toBe(true);
        expect(now.active === null || isInView(now.root, now.active)).toBe(true);
        expect(now.recent.every((id) => all.includes(id))).toBe(true);
        expect(now.active === null || now.recent[0] === now.active).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

test("without splits the layout is a list of tabs", () => {
  fc.assert(
    fc.property(fc.uniqueArray(tab), fc.array(fc.tuple(tab, fc.nat(9))), (tabs, moves) => {
      let now = layoutOf(tabs);
      let list = [...tabs];
      for (const [id, to] of moves) {
        now = move(now, id, to);
        if (!list.includes(id)) continue;
        list = list.filter((other) => other !== id);
        list.splice(Math.min(to, list.length), 0, id);
      }
      expect(order(now)).toEqual(list);
    }),
  );
});
