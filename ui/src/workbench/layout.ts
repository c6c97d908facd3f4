/**
 * Where tabs stand: a tree of stacks, each with one tab in view, and of splits that have them side by side. Tabs are known
 * by number only. Every function answers a new layout; a tab stands in one place, and no stack but the last is empty.
 */

export type Place = Stack | Split;

/** Tabs in one place, of which one is in view. */
export interface Stack {
  kind: "stack";
  tabs: readonly number[];
  shown: number | null;
}

export interface Split {
  kind: "split";
  /** `row`: side by side. `column`: one above the other. */
  direction: "row" | "column";
  /** Two at least. */
  parts: readonly Place[];
}

export interface Layout {
  root: Place;
  /** The tab that the user works in. */
  active: number | null;
  /** Every tab that was ever active, the one used last first. */
  recent: readonly number[];
}

const EMPTY: Stack = { kind: "stack", tabs: [], shown: null };

export function emptyLayout(): Layout {
  return { root: EMPTY, active: null, recent: [] };
}

/** Every tab, from the first to the last place. */
export function tabsOf(place: Place): readonly number[] {
  return place.kind === "stack" ? place.tabs : place.parts.flatMap(tabsOf);
}

/** Whether the tab is in view in its stack, though another may be active. */
export function isInView(place: Place, tab: number): boolean {
  return place.kind === "stack" ? place.shown === tab : place.parts.some((part) => isInView(part, tab));
}

/** A new tab at the end of the stack of the active tab; not in view yet. */
export function insert(layout: Layout, tab: number): Layout {
  if (tabsOf(layout.root).includes(tab)) return layout;
  const stack = stackOf(layout.root, layout.active) ?? firstStack(layout.root);
  return { ...layout, root: inStack(layout.root, stack, (tabs) => [...tabs, tab]) };
}

/** Without the tab. If it was the active one, the tab used before it is, else the last. */
export function remove(layout: Layout, tab: number): Layout {
  const stack = stackOf(layout.root, tab);
  if (stack === null) return layout;
  const recent = layout.recent.filter((other) => other !== tab);
  const root = inStack(layout.root, stack, (tabs) => tabs.filter((other) => other !== tab), recent);
  const rest = { root, recent, active: layout.active === tab ? null : layout.active };
  return layout.active === tab ? focus(rest, recent[0] ?? tabsOf(root).at(-1) ?? null) : rest;
}

/** To another place in its stack, never beyond its ends. */
export function move(layout: Layout, tab: number, to: number): Layout {
  const stack = stackOf(layout.root, tab);
  if (stack === null) return layout;
  const rest = stack.tabs.filter((other) => other !== tab);
  const at = Math.max(0, Math.min(to, rest.length));
  return { ...layout, root: inStack(layout.root, stack, () => rest.toSpliced(at, 0, tab)) };
}

/** Brings a tab into view and makes it the active one; null leaves none active. */
export function focus(layout: Layout, tab: number | null): Layout {
  if (tab === null) return { ...layout, active: null };
  const stack = stackOf(layout.root, tab);
  if (stack === null) return layout;
  const root = replaced(layout.root, stack, { ...stack, shown: tab }) ?? EMPTY;
  return { root, active: tab, recent: [tab, ...layout.recent.filter((other) => other !== tab)] };
}

/** Moves a tab out of its stack into one of its own beside it; one that stands alone stays. Nothing in the window asks for it yet. */
export function split(layout: Layout, tab: number, direction: Split["direction"]): Layout {
  const stack = stackOf(layout.root, tab);
  if (stack === null || stack.tabs.length === 1) return layout;
  const rest = withTabs(
    stack,
    stack.tabs.filter((other) => other !== tab),
    layout.recent,
  );
  const own: Stack = { kind: "stack", tabs: [tab], shown: tab };
  return { ...layout, root: replaced(layout.root, stack, { kind: "split", direction, parts: [rest, own] }) ?? EMPTY };
}

/** The tabs in one stack, those first that the order names, as it names them. */
export function layoutOf(tabs: readonly number[], order: readonly number[] = []): Layout {
  const known = order.filter((tab) => tabs.includes(tab));
  const all = [...known, ...tabs.filter((tab) => !known.includes(tab))];
  return all.reduce(insert, emptyLayout());
}

function stackOf(place: Place, tab: number | null): Stack | null {
  if (tab === null) return null;
  if (place.kind === "stack") return place.tabs.includes(tab) ? place : null;
  return place.parts.reduce<Stack | null>((found, part) => found ?? stackOf(part, tab), null);
}

function firstStack(place: Place): Stack {
  return place.kind === "stack" ? place : firstStack(place.parts[0] ?? EMPTY);
}

function inStack(
  root: Place,
  stack: Stack,
  change: (tabs: readonly number[]) => readonly number[],
  recent: readonly number[] = [],
): Place {
  return replaced(root, stack, withTabs(stack, change(stack.tabs), recent)) ?? EMPTY;
}

/** What was in view stays; if it left, the tab of the stack that was used last comes into view. */
function withTabs(stack: Stack, tabs: readonly number[], recent: readonly number[]): Stack {
  if (stack.shown === null || tabs.includes(stack.shown)) return { ...stack, tabs };
  return { ...stack, tabs, shown: recent.find((tab) => tabs.includes(tab)) ?? tabs.at(-1) ?? null };
}

/** The tree with one stack replaced. An empty stack goes, and a split with one part is that part. */
function replaced(place: Place, stack: Stack, by: Place): Place | null {
  if (place === stack) return by.kind === "stack" && by.tabs.length === 0 ? null : by;
  if (place.kind === "stack") return place;
  const parts = place.parts.flatMap((part) => replaced(part, stack, by) ?? []);
  return parts.length < 2 ? (parts[0] ?? null) : { ...place, parts };
}
