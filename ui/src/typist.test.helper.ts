/** A typist for tests: keys at any speed, in a page that draws when React gets to it and not when a test says so. */
import fc from "fast-check";
import { createElement, type FunctionComponent } from "react";
import { createRoot } from "react-dom/client";
import { fleetChanged, replaceFleet } from "./fleet/fleet";
import { forgetFound } from "./fleet/found";
import type { NodeView, PairView } from "./ipc/contract";
import { mock } from "./ipc/mock/backend";
import { mockNodes, pair } from "./ipc/mock/world";

/** What may happen between two keys, the quickest first. A browser always gets to its microtasks. */
export type Pause = "none" | "task" | "frame" | "look";

export const pauses = fc.constantFrom<Pause>("none", "none", "task", "frame");

export async function pass(pause: Pause) {
  await Promise.resolve();
  if (pause === "none") return;
  if (pause === "task") return new Promise((done) => setTimeout(done, 0));
  // Longer than a search waits for the next letter.
  return new Promise((done) => setTimeout(done, pause === "frame" ? 16 : 130));
}

/** Without React's own test mode, which would draw everything before the next key. */
export async function shown<T>(component: FunctionComponent, run: () => Promise<T>): Promise<T> {
  const environment = globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean };
  const before = environment.IS_REACT_ACT_ENVIRONMENT;
  environment.IS_REACT_ACT_ENVIRONMENT = false;
  const place = document.body.appendChild(document.createElement("div"));
  const root = createRoot(place);
  root.render(createElement(component));
  try {
    return await run();
  } finally {
    root.unmount();
    await pass("task");
    place.remove();
    if (before !== undefined) environment.IS_REACT_ACT_ENVIRONMENT = before;
  }
}

/** The element with this test id, once it is drawn. */
export async function there<E extends HTMLElement>(testId: string): Promise<E> {
  for (let tries = 0; tries < 200; tries += 1) {
    const element = document.querySelector<E>(`[data-testid="${testId}"]`);
    if (element !== null) return element;
    await pass("task");
  }
  throw new Error(`nothing has the test id ${testId}`);
}

const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;

/** Puts a text into a field as the web view does: the value first, then the event. */
export function write(field: HTMLInputElement, text: string) {
  setValue?.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

export function press(target: Element, key: string) {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

/** Types the text letter by letter, with the pauses in turn; `between` runs before each letter. */
export async function typeText(field: HTMLInputElement, text: string, steps: readonly Pause[]) {
  for (const [index, letter] of [...text].entries()) {
    write(field, field.value + letter);
    await pass(steps[index % steps.length] ?? "none");
  }
}

const NAMES = ["kafka-broker", "kafka-bro", "metrics-store", "bastion", "store", "broker-kafka"];

const named = fc.record({
  name: fc.tuple(fc.constantFrom(...NAMES), fc.integer({ min: 1, max: 12 })).map(([name, n]) => `${name}-${n}`),
  pair: fc.integer({ min: 0, max: 3 }),
});

export const PAIRS: readonly PairView[] = [
  pair(1, "acme-prod", "eu-central-1", "prod"),
  pair(2, "acme-stage", "eu-central-1", "stage"),
  pair(3, "acme-dev", "us-east-1", "dev"),
  pair(4, "acme-prod", "us-east-1", "prod"),
];

/** A node that takes sessions. */
export function nodeNamed(name: string, place: number, at: number): NodeView {
  const pairOf = PAIRS[place] as PairView;
  const [node] = mockNodes(pairOf, 1, 0) as [NodeView];
  const id = `i-${at.toString(16).padStart(17, "0")}`;
  return { ...node, id, key: `${pairOf.id}/${id}`, name, state: "running", ping: "online", kind: "ec2" };
}

/** Small fleets in which many names are alike, in production and elsewhere. */
export const fleets = fc
  .array(named, { minLength: 1, maxLength: 14 })
  .map((list) => list.map(({ name, pair: place }, at) => nodeNamed(name, place, at)));

export function showFleet(nodes: readonly NodeView[]) {
  mock.fleet.pairs = [...PAIRS];
  setNodes(nodes);
  replaceFleet(PAIRS, mock.fleet.size());
  forgetFound();
}

/** Nodes come and go. */
export function changeFleet(added: readonly NodeView[], gone: readonly string[]) {
  const kept = mock.fleet.all().filter(({ key }) => !gone.includes(key));
  setNodes([...kept, ...added]);
  fleetChanged(mock.fleet.revision, mock.fleet.size().pairs);
}

/** Nothing is there any more. */
export function clearFleet() {
  mock.fleet.clear();
  mock.fleet.revision += 1;
  replaceFleet([], { revision: mock.fleet.revision, pairs: [] });
  forgetFound();
}

function setNodes(nodes: readonly NodeView[]) {
  for (const { id } of PAIRS)
    mock.fleet.nodes.set(
      id,
      nodes.filter(({ pair: of }) => of === id),
    );
  mock.fleet.revision += 1;
}

export function isProduction(node: NodeView): boolean {
  return PAIRS.find(({ id }) => id === node.pair)?.environment === "prod";
}
