/** What the fleet page shows: what is asked for, the rows in view, and which nodes are picked. */
import { useSyncExternalStore } from "react";
import { create } from "zustand";
import type { ErrorView, FacetChoice, FleetPageAsk, FleetPageView, NodeView } from "../../ipc/contract";
import { recall, remember } from "../../window/remembered";
import { columnOf, USUAL_COLUMNS } from "./columns";

/** What is asked for by the page itself; whether stopped instances are left out is a setting. */
export type PageAsk = Omit<FleetPageAsk, "onlyRunning">;

export interface FleetPage {
  ask: PageAsk;
  /** Fields of the columns, in their order. */
  columns: readonly string[];
  facetsOpen: boolean;
  /** Whether they lie over the table, in a narrow window. */
  facetsOver: boolean;
  /** What stands beside the rows; null before the first answer. */
  view: Omit<FleetPageView, "rows" | "from"> | null;
  /** The rows that are known, by their place in the table. */
  rows: ReadonlyMap<number, NodeView>;
  /** Keys of the nodes that are picked. */
  picked: ReadonlySet<string>;
  /** The place of the row that keys act on. */
  current: number;
  /** Where a range of picked rows begins. */
  anchor: number;
  /** How long the last answer took. */
  tookMs: number | null;
  error: ErrorView | null;
}

const STORED = "postern.fleet-page";

export const useFleetPage = create<FleetPage>(() => {
  const kept = keptBefore();
  return {
    ask: { query: "", chosen: [], findValue: "", ...kept.ask },
    columns: kept.columns,
    facetsOpen: kept.facetsOpen,
    facetsOver: false,
    view: null,
    rows: new Map(),
    picked: new Set(),
    current: 0,
    anchor: 0,
    tookMs: null,
    error: null,
  };
});

/** Other rows are asked for: the table begins anew. */
export function changeAsk(change: Partial<PageAsk>) {
  useFleetPage.setState(({ ask }) => ({ ask: { ...ask, ...change }, current: 0, anchor: 0 }));
}

/** Chooses a value of a facet, or takes the choice back. */
export function chooseValue(facet: string, value: string, chosen: boolean) {
  const others = valuesOf(facet).filter((other) => other !== value);
  const values = chosen ? [...others, value] : others;
  const rest = useFleetPage.getState().ask.chosen.filter((choice) => choice.facet !== facet);
  changeAsk({ chosen: values.length === 0 ? rest : [...rest, { facet, values }] });
}

export function clearFacet(facet: string) {
  changeAsk({ chosen: useFleetPage.getState().ask.chosen.filter((choice) => choice.facet !== facet) });
}

/** Everything is shown again. */
export function resetAsk() {
  changeAsk({ query: "", chosen: [], findValue: "" });
}

function valuesOf(facet: string): readonly string[] {
  return chosenIn(useFleetPage.getState().ask.chosen, facet);
}

/** The values that were chosen in a facet. */
export function chosenIn(chosen: readonly FacetChoice[], facet: string): readonly string[] {
  return chosen.find((choice) => choice.facet === facet)?.values ?? [];
}

/** Sorts by a column; by the same one again the other way round. */
export function sortBy(field: string) {
  const { sort, descending } = useFleetPage.getState().ask;
  changeAsk({ sort: field, descending: sort === field && !descending });
}

/** Below this width the facets have no place of their own. */
const NARROW = matchMedia("(max-width: 999px)");

/** Whether the facets are shown, in their place or over the table. */
export function useFacetsShown(): boolean {
  const narrow = useSyncExternalStore(
    (changed) => {
      NARROW.addEventListener("change", changed);
      return () => NARROW.removeEventListener("change", changed);
    },
    () => NARROW.matches,
  );
  return useFleetPage((now) => (narrow ? now.facetsOver : now.facetsOpen));
}

export function toggleFacets() {
  useFleetPage.setState(({ facetsOpen, facetsOver }) =>
    NARROW.matches ? { facetsOver: !facetsOver } : { facetsOpen: !facetsOpen },
  );
}

export function showColumns(columns: readonly string[]) {
  useFleetPage.setState({ columns });
}

export function pick(keys: Iterable<string>) {
  useFleetPage.setState({ picked: new Set(keys) });
}

/** Picks one more node, or one less. */
export function togglePick(key: string) {
  const picked = new Set(useFleetPage.getState().picked);
  if (!picked.delete(key)) picked.add(key);
  useFleetPage.setState({ picked });
}

export function clearPicks() {
  useFleetPage.setState({ picked: new Set() });
}

useFleetPage.subscribe(({ ask, columns, facetsOpen }, before) => {
  if (ask === before.ask && columns === before.columns && facetsOpen === before.facetsOpen) return;
  const { sort, descending, tagFacets } = ask;
  remember(STORED, { sort, descending, tagFacets, columns, facetsOpen });
});

function keptBefore() {
  const { sort, descending, tagFacets, columns, facetsOpen } = recall(STORED);
  const texts = (value: unknown) => (Array.isArray(value) ? value.filter((one) => typeof one === "string") : null);
  const known = texts(columns)?.filter((field) => columnOf(field) !== undefined);
  return {
    ask: {
      sort: typeof sort === "string" && columnOf(sort) !== undefined ? sort : "name",
      descending: descending === true,
      tagFacets: texts(tagFacets),
    },
    columns: known === undefined || known.length === 0 ? USUAL_COLUMNS : known,
    facetsOpen: facetsOpen !== false,
  };
}
