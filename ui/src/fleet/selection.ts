/** What is searched for and selected in the fleet, and which pairs are folded; the page remembers the folds. */
import { create } from "zustand";
import { recall, remember } from "../window/remembered";

export interface Selection {
  query: string;
  /** The key of the selected row of the tree; it stays over a sync. */
  selected: string | null;
  /** The search that it was selected in. */
  selectedIn: string;
  /** Folded pairs by `profile / region`. */
  foldedPairs: ReadonlySet<string>;
}

const STORED = "postern.folds";

export const useSelection = create<Selection>(() => ({
  query: "",
  selected: null,
  selectedIn: "",
  foldedPairs: foldsBefore(),
}));

export const selection = {
  select(key: string | null) {
    useSelection.setState(({ query }) => ({ selected: key, selectedIn: query }));
  },
  search(query: string) {
    useSelection.setState({ query });
  },
  foldPair(name: string, folded: boolean) {
    const foldedPairs = new Set(useSelection.getState().foldedPairs);
    if (folded) foldedPairs.add(name);
    else foldedPairs.delete(name);
    useSelection.setState({ foldedPairs });
    remember(STORED, { pairs: [...foldedPairs] });
  },
};

function foldsBefore(): ReadonlySet<string> {
  const { pairs } = recall(STORED);
  return new Set(Array.isArray(pairs) ? pairs.filter((name) => typeof name === "string") : []);
}
