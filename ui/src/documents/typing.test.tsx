import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DocumentSummaryView } from "../ipc/contract";
import { type Pause, pass, press, shown, there, typeText } from "../typist.test.helper";
import { DocumentPicker } from "./document-picker";
import { listKey, useDocuments } from "./documents";

const SCOPE = { profile: "acme-stage", region: "eu-central-1" };

beforeEach(() => {
  Element.prototype.scrollIntoView = () => {};
});

afterEach(() => useDocuments.setState({ lists: new Map() }));

const documents = fc
  .uniqueArray(
    fc.record({
      name: fc
        .tuple(fc.constantFrom("Acme", "AWS", "Zeta"), fc.constantFrom("Restart", "RestartService", "Start", "TailLog"))
        .map((parts) => parts.join("-")),
      owner: fc.constantFrom<DocumentSummaryView["owner"]>("own", "shared", "amazon"),
    }),
    { selector: ({ name }) => name, minLength: 1, maxLength: 12 },
  )
  .map((list) => list as DocumentSummaryView[]);

/** Busy, so that the picker does not ask for what is known here. */
function know(list: readonly DocumentSummaryView[] | null) {
  useDocuments.setState({ lists: new Map([[listKey(SCOPE), { value: list, error: null, busy: true }]]) });
}

/** What was chosen by what is done in the picker's field. */
async function inPicker(act: (field: HTMLInputElement) => Promise<void>): Promise<string | null> {
  let chosen: string | null = null;
  const onChoose = (name: string) => {
    chosen ??= name;
  };
  await shown(
    () => <DocumentPicker at={SCOPE} onChoose={onChoose} />,
    async () => act(await there<HTMLInputElement>("document-search")),
  );
  return chosen;
}

const speeds = fc.array(fc.constantFrom<Pause>("none", "none", "task", "frame"), { minLength: 1, maxLength: 4 });

test("Enter chooses the document that the text means, and its exact name before any other", async () => {
  await fc.assert(
    fc.asyncProperty(documents, fc.nat(), fc.nat(), speeds, async (list, at, length, steps) => {
      const name = list[at % list.length]?.name ?? "";
      const text = length % 2 === 0 ? name : name.slice(0, 1 + (length % name.length));
      know(list);
      const chosen = await inPicker(async (field) => {
        await typeText(field, text, steps);
        press(field, "Enter");
      });
      expect(chosen?.toLowerCase()).toContain(text.toLowerCase());
      if (list.some((document) => document.name === text)) expect(chosen).toBe(text);
    }),
    { numRuns: 20 },
  );
});

test("before the list is there Enter takes the name as it was typed, and a list that grows moves no choice", async () => {
  await fc.assert(
    fc.asyncProperty(documents, documents, speeds, async (list, more, steps) => {
      know(null);
      expect(
        await inPicker(async (field) => {
          await typeText(field, "Rest", steps);
          press(field, "Enter");
        }),
      ).toBe("Rest");
      know(list);
      let marked: string | undefined;
      const chosen = await inPicker(async (field) => {
        await typeText(field, "Start", steps);
        press(field, "ArrowDown");
        await pass("none");
        marked = document.querySelector<HTMLElement>('[aria-selected="true"]')?.dataset.name;
        const others = more.filter(({ name }) => !list.some((known) => known.name === name));
        know([...others, ...list]);
        await pass(steps[0] ?? "none");
        press(field, "Enter");
      });
      expect(chosen).toBe(marked ?? "Start");
    }),
    { numRuns: 20 },
  );
});
