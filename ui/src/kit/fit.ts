/** How well a text fits what was typed. */

/** A name in lower case, and what else an item is found by; the name counts more. */
export interface Text {
  name: string;
  /** Words, each between spaces. */
  more: string;
}

/** The fit of what does not fit. */
export const NO_FIT = Number.POSITIVE_INFINITY;

/** The fits of one word, the best first. */
const EXACT = 0;
const WHOLE_START = 1;
const START = 2;
const WHOLE_PART = 3;
const START_OF_PART = 4;
const INSIDE = 5;
const WHOLE_ELSEWHERE = 6;
const ELSEWHERE = 7;

export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
}

/** Words for `Text.more`. */
export function moreOf(...words: readonly (string | null | undefined)[]): string {
  return ` ${words.filter(Boolean).join(" ").toLowerCase()} `;
}

/** Lower is better; `NO_FIT` if a word is missing. The exact name comes before its start, and that before any part. */
export function fitOf(text: Text, words: readonly string[], scope = ""): number {
  let fit = 0;
  for (const word of words) {
    fit += fitOfWord(text, word, scope);
    if (fit === NO_FIT) return NO_FIT;
  }
  return fit > EXACT && words.length > 1 && text.name === words.join(" ") ? EXACT : fit;
}

function fitOfWord({ name, more }: Text, word: string, scope: string): number {
  if (name === word) return EXACT;
  const inName = fitInName(name, word);
  if (inName !== NO_FIT) return inName;
  if (!more.includes(word) && !scope.includes(word)) return NO_FIT;
  const whole = ` ${word} `;
  return more.includes(whole) || scope.includes(whole) ? WHOLE_ELSEWHERE : ELSEWHERE;
}

/** The best of all places where the word stands in the name. */
function fitInName(name: string, word: string): number {
  let best = NO_FIT;
  for (let at = name.indexOf(word); at >= 0; at = name.indexOf(word, at + 1)) {
    best = Math.min(best, fitAt(name, at, at + word.length));
    if (best <= WHOLE_PART) break;
  }
  return best;
}

function fitAt(name: string, from: number, to: number): number {
  const whole = to === name.length || !isLetter(name.charCodeAt(to));
  if (from === 0) return whole ? WHOLE_START : START;
  if (isLetter(name.charCodeAt(from - 1))) return INSIDE;
  return whole ? WHOLE_PART : START_OF_PART;
}

/** Letters and digits; of the signs beyond ASCII most are letters. */
function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code > 127;
}
