/** The rows of the tree as a list of parts, so that a change makes the parts anew that it touches and no others. */
import { isItem, type Row } from "./row";

/** Rows that follow each other; `siblings` are the rows that share a parent with them. */
interface Part {
  rows: readonly Row[];
  start: number;
  siblings: { start: number; count: number } | null;
}

export class RowList {
  private constructor(
    private readonly parts: readonly Part[],
    readonly length: number,
  ) {}

  /** `groups` are rows that stand for themselves, or the parts of the rows of one parent. */
  static of(groups: readonly (Row | readonly (readonly Row[])[])[]): RowList {
    const parts: Part[] = [];
    let start = 0;
    const add = (rows: readonly Row[], siblings: Part["siblings"]) => {
      if (rows.length > 0) parts.push({ rows, start, siblings });
      start += rows.length;
    };
    for (const group of groups) {
      if ("kind" in group) {
        add([group], null);
        continue;
      }
      const siblings = { start, count: group.reduce((sum, rows) => sum + rows.length, 0) };
      for (const rows of group) add(rows, siblings);
    }
    return new RowList(parts, start);
  }

  at(index: number): Row | undefined {
    const part = this.#partAt(index);
    return part?.rows[index - part.start];
  }

  /** -1 if there is no such row. */
  indexOf(key: string): number {
    for (const { rows, start } of this.parts) {
      const place = placesOf(rows).get(key);
      if (place !== undefined) return start + place;
    }
    return -1;
  }

  /** Where a row stands among those that share its parent; null at the top. */
  place(index: number): { index: number; count: number } | null {
    const siblings = this.#partAt(index)?.siblings ?? null;
    return siblings === null ? null : { index: index - siblings.start, count: siblings.count };
  }

  /** The next row that can be selected, at the index or on from there; -1 if there is none. */
  itemFrom(index: number, direction: 1 | -1): number {
    for (let at = index; at >= 0 && at < this.length; at += direction) if (isItem(this.at(at) as Row)) return at;
    return -1;
  }

  *[Symbol.iterator](): Generator<Row> {
    for (const { rows } of this.parts) yield* rows;
  }

  #partAt(index: number): Part | undefined {
    let [from, to] = [0, this.parts.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.parts[middle]?.start ?? 0) <= index) from = middle + 1;
      else to = middle;
    }
    return this.parts[from - 1];
  }
}

const places = new WeakMap<readonly Row[], ReadonlyMap<string, number>>();

/** Made once for each part. */
function placesOf(rows: readonly Row[]): ReadonlyMap<string, number> {
  let known = places.get(rows);
  if (known === undefined) {
    known = new Map(rows.map(({ key }, at) => [key, at]));
    places.set(rows, known);
  }
  return known;
}
