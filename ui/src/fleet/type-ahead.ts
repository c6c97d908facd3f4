/** Letters typed in the tree lead to the next row that begins with them. */
import { isItem, type Row, rowTitle } from "../state/tree";

/** Letters that follow each other faster belong to one word. */
const WORD_MS = 600;

let word = "";
let lastAt = 0;

/** The key of the row that the letters typed so far lead to; null if none begins with them. */
export function typedAhead(
  letter: string,
  rows: readonly Row[],
  from: number,
  nowMs = performance.now(),
): string | null {
  word = nowMs - lastAt > WORD_MS ? letter.toLowerCase() : word + letter.toLowerCase();
  lastAt = nowMs;
  // A longer word may still be the row that is selected; a first letter leads on to the next one.
  const start = word.length > 1 ? from : from + 1;
  const order = [...rows.slice(start), ...rows.slice(0, start)];
  return order.find((row) => isItem(row) && rowTitle(row).toLowerCase().startsWith(word))?.key ?? null;
}
