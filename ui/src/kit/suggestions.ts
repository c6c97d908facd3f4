/** What a field suggests: the best of any number, for nobody reads thousands. */
import type { ReactNode } from "react";
import { fitOf, moreOf, NO_FIT, wordsOf } from "./fit";

export interface Suggestion {
  value: string;
  hint?: string;
  /** Drawn before the value. */
  mark?: ReactNode;
}

export interface SuggestionGroup {
  label: string;
  items: readonly Suggestion[];
}

/** More than these are found by a part of their name. */
const MOST_SHOWN = 100;

/** The suggestions that hold what was typed, in each group the best fit first; and how many more there are. */
export function offered(groups: readonly SuggestionGroup[], typed: string) {
  const words = wordsOf(typed);
  let left = MOST_SHOWN;
  let more = 0;
  const shown = groups.map(({ label, items }) => {
    const fitting = words.length === 0 ? items : narrowed(items, words);
    const first = fitting.slice(0, left);
    left -= first.length;
    more += fitting.length - first.length;
    return { label, items: first };
  });
  return { shown: shown.filter(({ items }) => items.length > 0), more };
}

function narrowed(items: readonly Suggestion[], words: readonly string[]): Suggestion[] {
  return items
    .map((item) => ({ item, fit: fitOf({ name: item.value.toLowerCase(), more: moreOf(item.hint) }, words) }))
    .filter(({ fit }) => fit !== NO_FIT)
    .sort((a, b) => a.fit - b.fit)
    .map(({ item }) => item);
}
