/** The order of the tabs and the one in view, kept for a page that is loaded anew while the sessions go on. */
import { tabsOf } from "./layout";
import { useLayout } from "./tabs";

const STORED = "postern.tabs";

interface Kept {
  order: readonly number[];
  active: number | null;
}

const before = read();

/** How the tabs stood before the page was loaded anew. */
export function tabsBefore(): Kept {
  return before;
}

/** Keeps how they stand from now on. Called once. */
export function keepTabs() {
  useLayout.subscribe(({ root, active }, old) => {
    if (root !== old.root || active !== old.active) write({ order: tabsOf(root), active });
  });
}

function read(): Kept {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(STORED) ?? "{}");
    const { order, active } = kept as Partial<Record<keyof Kept, unknown>>;
    return {
      order: Array.isArray(order) ? order.filter((tab) => typeof tab === "number") : [],
      active: typeof active === "number" ? active : null,
    };
  } catch {
    return { order: [], active: null };
  }
}

function write(kept: Kept) {
  try {
    sessionStorage.setItem(STORED, JSON.stringify(kept));
  } catch {
    // Without storage the tabs stand as the program has them, and the first one is shown.
  }
}
