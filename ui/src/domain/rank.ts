/** The order of items that fit equally well. */

/** What decides between items that fit equally well. */
export interface Standing {
  production: boolean;
  /** 0 is the one used last; Infinity was never used. */
  recency: number;
  /** Sorts by name, numbers by their value. */
  order: string;
  /** Never the same for two items. */
  last: string;
}

/** Production comes last of what fits equally well, so that no blind Enter chooses it; then what was used last, then the name. */
export function compareStanding(a: Standing, b: Standing): number {
  if (a.production !== b.production) return a.production ? 1 : -1;
  if (a.recency !== b.recency) return a.recency - b.recency;
  if (a.order !== b.order) return a.order < b.order ? -1 : 1;
  return a.last < b.last ? -1 : a.last > b.last ? 1 : 0;
}

/** Text that sorts without case and with numbers by their value: "bastion-2" before "bastion-10". */
export function naturalKey(text: string): string {
  return text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, "0"));
}
