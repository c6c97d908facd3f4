import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { NodeView } from "../ipc/contract";
import { mock } from "../ipc/mock/backend";
import { useProgram } from "../program/program";
import {
  changeFleet,
  clearFleet,
  fleets,
  isProduction,
  nodeNamed,
  type Pause,
  pass,
  press,
  showFleet,
  shown,
  there,
  typeText,
} from "../typist.test.helper";
import { selection, useSelection } from "./selection";
import { FleetSidebar } from "./sidebar";

beforeEach(() => {
  // Virtualised rows need a viewport, which a document without layout does not have.
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(288);
  Element.prototype.scrollTo = () => {};
  const { settings } = useProgram.getState();
  useProgram.setState({ mode: "aws", settings: { ...settings, syncEnabled: true, onlyRunning: false } });
});

afterEach(() => {
  clearFleet();
  useSelection.setState({ query: "", selected: null, selectedIn: "" });
});

async function inSidebar(nodes: readonly NodeView[], act: (field: HTMLInputElement) => Promise<void>) {
  mock.calls.length = 0;
  useSelection.setState({ query: "", selected: null, selectedIn: "" });
  showFleet(nodes);
  return shown(FleetSidebar, async () => {
    await act(await there<HTMLInputElement>("search"));
    await pass("frame");
    await pass("frame");
    const [call] = mock.calls.filter(({ name }) => name === "connect");
    const request = call?.args[0] as { kind: string; key?: string } | undefined;
    return nodes.find(({ key }) => key === request?.key);
  });
}

const selected = (nodes: readonly NodeView[]) =>
  nodes.find(({ key }) => `n:${key}` === useSelection.getState().selected);

const speeds = fc.array(fc.constantFrom<Pause>("none", "none", "none", "task", "frame", "look"), {
  minLength: 1,
  maxLength: 5,
});

/** A fleet, what is typed, and what was selected before. */
const searches = fleets.chain((nodes) =>
  fc.tuple(fc.nat(), fc.nat(), fc.nat()).map(([at, length, before]) => {
    const { name } = nodes[at % nodes.length] as NodeView;
    const text = length % 2 === 0 ? name : name.slice(0, 3 + (length % name.length));
    return { nodes, text, before: nodes[before % nodes.length] as NodeView };
  }),
);

test("Enter in the search opens only what the text leaves no choice about, however fast it was typed", async () => {
  await fc.assert(
    fc.asyncProperty(searches, speeds, async ({ nodes, text, before }, steps) => {
      const node = await inSidebar(nodes, async (field) => {
        selection.select(`n:${before.key}`);
        await typeText(field, text, steps);
        press(field, "Enter");
      });
      const found = nodes.filter(({ name }) => name.includes(text));
      const exact = found.filter(({ name }) => name === text);
      const [only] = found.length === 1 ? found : exact.length === 1 ? exact : [];
      expect(node?.key).toBe(only?.key);
      if (only !== undefined) return;
      const offered = selected(nodes) as NodeView;
      expect(exact.length === 0 || offered.name === text).toBe(true);
      if (isProduction(offered))
        expect(found.filter((other) => other.name === offered.name && !isProduction(other))).toEqual([]);
    }),
    { numRuns: 15 },
  );
}, 60_000);

test("an arrow leads into the rows of the text it was pressed on, and never to what was selected before", async () => {
  await fc.assert(
    fc.asyncProperty(searches, speeds, async ({ nodes, text, before }, steps) => {
      await inSidebar(nodes, async (field) => {
        selection.select(`n:${before.key}`);
        await typeText(field, text, steps);
        press(field, "ArrowDown");
        await pass("frame");
        await pass("frame");
        expect(useSelection.getState()).toMatchObject({ query: text, selectedIn: text });
        const focused = document.activeElement as HTMLElement;
        expect(focused.dataset.row).toBe(useSelection.getState().selected);
        expect(focused.dataset.testid).toBe("pair-group");
      });
    }),
    { numRuns: 15 },
  );
}, 60_000);

test("a fleet that changes under the tree never changes what Enter on a row opens", async () => {
  const changes = fc.array(fc.record({ add: fc.boolean(), at: fc.nat(), n: fc.integer({ min: 0, max: 30 }) }), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(fleets, fc.nat(), changes, speeds, async (nodes, from, list, steps) => {
      const all = [...nodes];
      const meant = nodes[from % nodes.length] as NodeView;
      const node = await inSidebar(all, async () => {
        selection.select(`n:${meant.key}`);
        await pass("frame");
        const row = document.querySelector<HTMLElement>(`[data-row="n:${meant.key}"]`);
        row?.focus();
        for (const [step, { add, at, n }] of list.entries()) {
          const added = nodeNamed(`a-${n}`, at % 4, 500 + all.length);
          if (add) all.push(added);
          const gone = (nodes[at % nodes.length] as NodeView).key;
          changeFleet(add ? [added] : [], add ? [] : [gone]);
          await pass(steps[step % steps.length] ?? "none");
        }
        press(document.activeElement?.closest("[role=tree]") ? (document.activeElement as Element) : tree(), "Enter");
      });
      expect([meant.key, undefined]).toContain(node?.key);
    }),
    { numRuns: 10 },
  );
}, 60_000);

const tree = () => document.querySelector('[data-testid="tree"]') as Element;

test("letters that lead to no row leave Enter nothing to open", async () => {
  const nodes = [nodeNamed("kafka-broker-1", 1, 1), nodeNamed("kafka-broker-10", 0, 2)];
  const typed = (letters: string) =>
    inSidebar(nodes, async () => {
      selection.select(null);
      (tree() as HTMLElement).focus();
      await pass("task");
      for (const letter of letters) {
        press(tree(), letter);
        await pass("none");
      }
      press(tree(), "Enter");
      await new Promise((done) => setTimeout(done, 650)); // longer than a word takes
    });
  expect(await typed("kafka-broker-12")).toBeUndefined();
  expect((await typed("kafka-broker-1"))?.name).toBe("kafka-broker-1");
});

test("a search that is set from elsewhere shows in the field, also the one that was there before it was typed over", async () => {
  await inSidebar([nodeNamed("bastion-1", 1, 1)], async (field) => {
    await typeText(field, "bast", ["none"]);
    await pass("look");
    expect(useSelection.getState().query).toBe("bast");
    selection.search("tag:team=x");
    await pass("task");
    expect(field.value).toBe("tag:team=x");
    selection.search("");
    await pass("task");
    expect(field.value).toBe("");
    await typeText(field, "ba", ["none"]);
    selection.search("id:i-0");
    await pass("look");
    expect([field.value, useSelection.getState().query]).toEqual(["id:i-0", "id:i-0"]);
  });
});
