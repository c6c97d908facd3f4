/** A sorted list that never changes: a list with one item more or less shares all but a small part with the one before. */

/** Large enough that there are few parts, small enough that a new one costs little. */
const MOST_IN_PART = 256;

/** Negative where the item stands before what is sought, positive where it stands after it. */
type Order<T> = (item: T) => number;

export class SortedList<T> {
  private constructor(
    /** The items in their order, cut into parts that are never empty. */
    readonly parts: readonly (readonly T[])[],
    readonly length: number,
    readonly compare: (a: T, b: T) => number,
  ) {}

  /** Items that compare as equal are one: the last of them stays. */
  static of<T>(items: Iterable<T>, compare: (a: T, b: T) => number): SortedList<T> {
    const sorted = [...items].sort(compare);
    const single = sorted.filter((item, at) => at + 1 === sorted.length || compare(item, sorted[at + 1] as T) !== 0);
    const parts: T[][] = [];
    for (let at = 0; at < single.length; at += MOST_IN_PART) parts.push(single.slice(at, at + MOST_IN_PART));
    return new SortedList(parts, single.length, compare);
  }

  find(order: Order<T>): T | undefined {
    const part = this.parts[this.#partOf(order)] ?? [];
    const item = part[firstNotBefore(part, order)];
    return item !== undefined && order(item) === 0 ? item : undefined;
  }

  /** With the item, in place of the one that compares as equal. */
  with(item: T): SortedList<T> {
    const order = (other: T) => this.compare(other, item);
    const place = this.#partOf(order);
    const part = this.parts[place] ?? [];
    const at = firstNotBefore(part, order);
    const known = at < part.length && order(part[at] as T) === 0;
    const next = part.toSpliced(at, known ? 1 : 0, item);
    const half = next.length >> 1;
    const pieces = next.length > MOST_IN_PART ? [next.slice(0, half), next.slice(half)] : [next];
    return this.#withPart(place, pieces, known ? 0 : 1);
  }

  /** Without the item that compares as equal. */
  without(item: T): SortedList<T> {
    const order = (other: T) => this.compare(other, item);
    const place = this.#partOf(order);
    const part = this.parts[place] ?? [];
    const at = firstNotBefore(part, order);
    if (at === part.length || order(part[at] as T) !== 0) return this;
    return this.#withPart(place, part.length === 1 ? [] : [part.toSpliced(at, 1)], -1);
  }

  *[Symbol.iterator](): Generator<T> {
    for (const part of this.parts) yield* part;
  }

  /** The part where such an item stands or would stand: the last that does not begin after it. */
  #partOf(order: Order<T>): number {
    const after = firstNotBefore(this.parts, ([first]) => (order(first as T) <= 0 ? -1 : 1));
    return Math.max(0, after - 1);
  }

  #withPart(place: number, pieces: readonly (readonly T[])[], more: number): SortedList<T> {
    return new SortedList(this.parts.toSpliced(place, 1, ...pieces), this.length + more, this.compare);
  }
}

function firstNotBefore<T>(items: readonly T[], order: Order<T>): number {
  let [from, to] = [0, items.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (order(items[middle] as T) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
