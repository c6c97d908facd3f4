/** Counts in control sequences that would freeze the terminal. */
import type { Terminal } from "@xterm/xterm";

/** No program scrolls, inserts or tabs this far in one sequence; xterm.js 6 works each step off one by one. */
const MOST_STEPS = 1000;

/** Scroll up and down, insert and delete lines, tab forward and back, insert and delete characters. */
const STEPPING = ["S", "T", "L", "M", "I", "Z", "@", "P"] as const;

/** Swallows sequences whose count is absurd; `ESC[2147483647S` alone would take minutes. */
export function limitCounts(terminal: Pick<Terminal, "parser" | "cols" | "rows">) {
  for (const final of STEPPING) {
    terminal.parser.registerCsiHandler({ final }, (params) => countOf(params) > MOST_STEPS);
  }
  // Repeating a character may fill the screen, but not much more often than a person could see.
  terminal.parser.registerCsiHandler({ final: "b" }, (params) => countOf(params) > 4 * terminal.cols * terminal.rows);
}

function countOf(params: readonly (number | number[])[]): number {
  const first = params[0];
  return typeof first === "number" ? first : 0;
}
