/** Letters typed in the tree lead to the next row that begins with them. */

import { isItem, isProduction, type Row, rowTitle } from "./row";
import type { RowList } from "./row-list";

/** Letters that follow each other faster belong to one word. */
const WORD_MS = 600;

let word = "";
let lastAt = Number.NEGATIVE_INFINITY;
let missed = false;

/** The index of the row that the letters typed so far lead to; null if none begins with them. */
export function typedAhead(letter: string, rows: RowList, from: number, nowMs = performance.now()): number | null {
  word = nowMs - lastAt > WORD_MS ? letter.toLowerCase() : word + letter.toLowerCase();
  lastAt = nowMs;
  const found = rowOf(word, rows, from);
  missed = found === undefined;
  return found === undefined ? null : rows.indexOf(found.key);
}

/** Whether the word that is being typed leads nowhere: the selected row is then not what is meant. */
export function leadsNowhere(nowMs = performance.now()): boolean {
  return missed && nowMs - lastAt <= WORD_MS;
}

/** A whole name before one that goes on, and production not before its equal; else the next one. */
function rowOf(word: string, rows: RowList, from: number): Row | undefined {
  // A longer word may still be the row that is selected; a first letter leads on to the next one.
  const start = Math.max(0, word.length > 1 ? from : from + 1);
  const all = [...rows];
  const order = [...all.slice(start), ...all.slice(0, start)].filter(isItem);
  if (word.length === 1) return order.find((row) => begins(row, word));
  const whole = order.filter((row) => rowTitle(row).toLowerCase() === word);
  return whole.find((row) => !isProduction(row)) ?? whole[0] ?? order.find((row) => begins(row, word));
}

function begins(row: Row, word: string): boolean {
  return rowTitle(row).toLowerCase().startsWith(word);
}
