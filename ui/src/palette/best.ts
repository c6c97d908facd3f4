/** The best of very many: what fits all words, ranked, without sorting what is not shown. */

import { compareStanding, type Standing } from "../domain/rank";
import { fitOf, NO_FIT, type Text } from "../kit/fit";

/** What a search has to know of one kind of item. */
export interface Source<Item, Hit> {
  id: (item: Item) => string;
  text: (item: Item) => Text;
  /** Further words that an item is found by, as `moreOf` writes them. */
  scope?: (item: Item) => string;
  /** `place` is the item's own among those that fit. */
  standing: (item: Item, place: number) => Standing;
  hit: (item: Item, id: string) => Hit;
}

/** How a search chooses of one kind. */
export interface KindChoice {
  words: readonly string[];
  most: number;
  /** Places of what is on the screen already. */
  keep: ReadonlyMap<string, number>;
}

export interface BestOf<Hit> {
  hits: readonly Hit[];
  /** How well the first one fits; null if there is none. */
  first: { fit: number; standing: Standing } | null;
  /** How many there are, also of what is not listed. */
  count: number;
}

interface Ranked<Item> {
  item: Item;
  fit: number;
  standing: Standing;
}

/** The items that hold every word: those on the screen as they stand, then the best. */
export function bestOf<Item, Hit>(
  items: Iterable<Item>,
  source: Source<Item, Hit>,
  { words, most, keep }: KindChoice,
): BestOf<Hit> {
  const kept: Ranked<Item>[] = [];
  const found: Ranked<Item>[] = [];
  let count = 0;
  for (const item of items) {
    const fit = words.length === 0 ? 0 : fitOf(source.text(item), words, source.scope?.(item));
    if (fit === NO_FIT) continue;
    const place = count;
    count += 1;
    const isKept = keep.size > 0 && keep.has(source.id(item));
    if (!isKept && found.length === most && fit > (found.at(-1)?.fit ?? 0)) continue;
    const ranked = { item, fit, standing: source.standing(item, place) };
    if (isKept) kept.push(ranked);
    else insert(found, ranked, most);
  }
  const placeOf = ({ item }: Ranked<Item>) => keep.get(source.id(item)) ?? 0;
  const ranked = [...kept.sort((a, b) => placeOf(a) - placeOf(b)), ...found].slice(0, most);
  return { hits: ranked.map(({ item }) => source.hit(item, source.id(item))), first: ranked[0] ?? null, count };
}

/** What the program found and ranked: those on the screen as they stand, then the rest in its order. */
export function ranked<Item, Hit>(
  items: readonly Item[],
  matching: number,
  source: Source<Item, Hit>,
  { words, most, keep }: KindChoice,
): BestOf<Hit> {
  const [first] = items;
  const placeOf = (item: Item) => keep.get(source.id(item)) ?? keep.size;
  const listed = [...items].sort((a, b) => placeOf(a) - placeOf(b)).slice(0, most);
  return {
    hits: listed.map((item) => source.hit(item, source.id(item))),
    first: first === undefined ? null : { fit: likeness(first, source, words), standing: source.standing(first, 0) },
    count: matching,
  };
}

/** What is found in another way than by its words comes after what is found by them. */
function likeness<Item, Hit>(item: Item, source: Source<Item, Hit>, words: readonly string[]): number {
  const fit = words.length === 0 ? 0 : fitOf(source.text(item), words);
  return fit === NO_FIT ? Number.MAX_SAFE_INTEGER : fit;
}

function insert<Item>(found: Ranked<Item>[], one: Ranked<Item>, most: number) {
  const at = found.findIndex((other) => compare(one, other) < 0);
  if (at >= 0) found.splice(at, 0, one);
  else if (found.length < most) found.push(one);
  if (found.length > most) found.pop();
}

function compare(a: Ranked<unknown>, b: Ranked<unknown>): number {
  return a.fit - b.fit || compareStanding(a.standing, b.standing);
}
