/** Tells what is new in a terminal's stream from what a page before had already. */
import type { OnOutput } from "./backend";

export class Listening {
  /** What came before it was known how much of it is old. */
  #early: Uint8Array[] | null = [];
  /** How many bytes that are no news are still to come. */
  #old = 0;
  #stopped = false;

  constructor(readonly onOutput: OnOutput) {}

  hear(bytes: Uint8Array) {
    if (this.#stopped) return;
    if (this.#early !== null) {
      this.#early.push(bytes);
      return;
    }
    this.#old -= bytes.length;
    this.onOutput(bytes, this.#old < 0);
  }

  /** So many of the first bytes are old. */
  begin(old: number) {
    const early = this.#early ?? [];
    this.#early = null;
    this.#old = old;
    for (const bytes of early) this.hear(bytes);
  }

  stop() {
    this.#stopped = true;
  }
}
