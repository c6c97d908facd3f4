import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { NodeView } from "../ipc/contract";
import { mock } from "../ipc/mock/backend";
import { useProgram } from "../program/program";
import { forgetUses } from "../sessions/recently-used";
import { noSessions, useSessions } from "../sessions/sessions";
import {
  changeFleet,
  clearFleet,
  fleets,
  isProduction,
  nodeNamed,
  type Pause,
  pass,
  pauses,
  press,
  showFleet,
  shown,
  there,
  typeText,
} from "../typist.test.helper";
import { closePalette, openPalette, useDialogs } from "../window/dialogs";
import Palette from "./palette";

const { ran } = vi.hoisted(() => ({ ran: vi.fn() }));

// An action that really ran would change the window for every run after it.
vi.mock("../actions/offered", async (original) => {
  const { offeredActions } = await original<typeof import("../actions/offered")>();
  return { offeredActions: () => offeredActions().map((offer) => ({ ...offer, run: () => ran(offer.id) })) };
});

beforeEach(() => {
  Element.prototype.scrollIntoView = () => {};
  useProgram.setState({ mode: "aws" });
});

afterEach(() => {
  closePalette();
  clearFleet();
});

/** Opens the palette, does something in its field, and answers which node was connected to. */
async function inPalette(nodes: readonly NodeView[], act: (field: HTMLInputElement) => Promise<void>) {
  mock.calls.length = 0;
  ran.mockClear();
  // What an earlier run connected to would be offered as well.
  useSessions.setState(noSessions(), true);
  forgetUses();
  showFleet(nodes);
  openPalette();
  return shown(Palette, async () => {
    await act(await there<HTMLInputElement>("palette-input"));
    await answered();
    // What Enter takes closes the palette; with nothing to take it stays.
    for (let tries = 0; useDialogs.getState().palette !== null && tries < 12; tries += 1) await pass("frame");
    closePalette();
    const [call] = mock.calls.filter(({ name }) => name === "connect");
    const request = call?.args[0] as { kind: string; key?: string } | undefined;
    return request?.kind === "node" ? nodes.find(({ key }) => key === request.key) : undefined;
  });
}

/** The program answers a moment after the last letter. */
async function answered() {
  await pass("task");
  const isBusy = () => document.querySelector('[role="listbox"][aria-busy="true"]') !== null;
  for (let tries = 0; isBusy() && tries < 500; tries += 1) await pass("task");
  // What waited for the answer runs after it is drawn.
  await pass("frame");
}

const chosen = () => document.querySelector('[data-testid="palette-item"][aria-selected="true"]')?.textContent ?? null;

/** How well a name fits, told apart as roughly as anybody would. */
function roughly(name: string, text: string): number {
  return name === text ? 0 : name.startsWith(text) ? 1 : name.includes(text) ? 2 : 3;
}

/** A part of a name that is there, or all of it. */
const searched = fleets.chain((nodes) =>
  fc.tuple(fc.constant(nodes), fc.nat(), fc.nat(), fc.nat()).map(([list, at, from, length]) => {
    const { name } = list[at % list.length] as NodeView;
    const start = from % 3 === 0 ? from % name.length : 0;
    return { nodes: list, text: name.slice(start, start + 1 + (length % name.length)) || name };
  }),
);

const anActionRan = () => ran.mock.calls.length > 0;

test("Enter connects to what the text means, however fast it was typed", async () => {
  await fc.assert(
    fc.asyncProperty(searched, fc.array(pauses, { minLength: 1, maxLength: 6 }), async ({ nodes, text }, steps) => {
      const node = await inPalette(nodes, async (field) => {
        await typeText(field, text, steps);
        press(field, "Enter");
      });
      // A letter or two may begin an action as well.
      if (node === undefined && anActionRan()) return;
      expect(node?.name).toContain(text);
      const fit = roughly(node?.name ?? "", text);
      const better = nodes.filter(({ name }) => roughly(name, text) < fit);
      expect(better.map(({ name }) => name)).toEqual([]);
      if (node === undefined || !isProduction(node)) return;
      const asGood = nodes.filter((other) => other.name === node.name && !isProduction(other));
      expect(asGood).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

test("the same text means the same at every speed", async () => {
  await fc.assert(
    fc.asyncProperty(searched, fc.array(pauses, { minLength: 1, maxLength: 6 }), async ({ nodes, text }, steps) => {
      const typed = (speed: readonly Pause[]) =>
        inPalette(nodes, async (field) => {
          await typeText(field, text, speed);
          press(field, "Enter");
        });
      const slow = await inPalette(nodes, async (field) => {
        await typeText(field, text, ["none"]);
        await answered();
        press(field, "Enter");
      });
      expect((await typed(steps))?.key).toBe(slow?.key);
    }),
    { numRuns: 6 },
  );
});

/** What may happen to a fleet while somebody looks at the list. */
const changes = fc.array(
  fc.record({
    add: fc.boolean(),
    at: fc.nat(),
    place: fc.integer({ min: 0, max: 3 }),
    n: fc.integer({ min: 1, max: 99 }),
  }),
  { maxLength: 5 },
);

test("a fleet that changes under the list never changes what Enter means", async () => {
  await fc.assert(
    fc.asyncProperty(
      searched,
      changes,
      fc.array(pauses, { minLength: 1, maxLength: 4 }),
      fc.nat(3),
      async (...given) => {
        const [{ nodes, text }, list, steps, arrows] = given;
        const seen: (string | null)[] = [];
        const all = [...nodes];
        const node = await inPalette(all, async (field) => {
          await typeText(field, text, steps);
          await answered();
          for (let step = 0; step < arrows; step += 1) {
            press(field, "ArrowDown");
            await pass("none");
          }
          seen.push(chosen());
          for (const { add, at, place, n } of list) {
            const added = nodeNamed(`${text}-${n}`, place, 1000 + all.length);
            if (add) all.push(added);
            const gone = nodes[at % nodes.length] as NodeView;
            changeFleet(add ? [added] : [], add ? [] : [gone.key]);
            await pass(steps[0] ?? "none");
          }
          seen.push(chosen());
          press(field, "Enter");
        });
        // Still the same item, or none because it went.
        expect([seen[0], null]).toContain(seen[1]);
        if (node !== undefined) expect(seen[0]).toContain(node.name);
        else if (!anActionRan()) expect(useDialogs.getState().open).toBeNull();
      },
    ),
    { numRuns: 15 },
  );
});

test("with 2,400 nodes a name and Enter without a pause open that node and no other", async () => {
  const names = ["kafka-broker", "metrics-store", "checkout-api", "bastion"];
  const nodes = Array.from({ length: 2_400 }, (_, at) =>
    nodeNamed(`${names[at % 4]}-${1 + Math.floor(at / 16)}`, Math.floor(at / 4) % 4, at),
  );
  for (const name of ["kafka-broker-1", "bastion-10"]) {
    const node = await inPalette(nodes, async (field) => {
      await typeText(field, name, ["none"]);
      press(field, "Enter");
    });
    expect(node?.name).toBe(name);
    expect(node !== undefined && isProduction(node)).toBe(false);
  }
});
