/** Tells the program how much output was drawn, so that it never sends more than the page can hold. */

/** Each this many bytes; the program pauses above 128 KiB and goes on below 64 KiB. */
const STEP_BYTES = 16 * 1024;

export class Credit {
  #drawn = 0;

  constructor(readonly send: (bytes: number) => void) {}

  /** Called from the terminal's parse callback. */
  drawn(bytes: number) {
    this.#drawn += bytes;
    if (this.#drawn < STEP_BYTES) return;
    this.send(this.#drawn);
    this.#drawn = 0;
  }

  /** After a new attach the program counts from zero. */
  reset() {
    this.#drawn = 0;
  }
}
