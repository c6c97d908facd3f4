// @vitest-environment node
import fc from "fast-check";
import { expect, test } from "vitest";
import { SortedList } from "./sorted-list";

interface Item {
  name: number;
  mark: number;
}

const byName = (a: Item, b: Item) => a.name - b.name;
const steps = fc.array(fc.record({ add: fc.boolean(), name: fc.integer({ min: 0, max: 400 }), mark: fc.nat() }), {
  maxLength: 900,
});

test("whatever is added, replaced and taken away, the list is what a sorted map would be, and the lists before stay", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400)), steps, (begin, list) => {
      const first = begin.map((name) => ({ name, mark: 0 }));
      const known = new Map(first.map((item) => [item.name, item]));
      const start = SortedList.of(first, byName);
      const startItems = [...start];
      let now = start;
      for (const { add, ...item } of list) {
        if (add) known.set(item.name, item);
        else known.delete(item.name);
        now = add ? now.with(item) : now.without(item);
        expect(now.length).toBe(known.size);
      }
      expect([...now]).toEqual([...known.values()].sort(byName));
      expect(now.parts.every((part) => part.length > 0 && part.length <= 256)).toBe(true);
      expect([...start]).toEqual(startItems);
      for (const [name, item] of known) expect(now.find((other) => other.name - name)).toBe(item);
      expect(now.find((other) => other.name - 401)).toBeUndefined();
    }),
    { numRuns: 40 },
  );
});
