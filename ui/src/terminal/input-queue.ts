/** Typed bytes on their way to the program: one call at a time, so that their order is kept. */

/** More than this waits only when the session has stopped reading for good. */
const MOST_WAITING_BYTES = 1024 * 1024;
/** One call carries at most so much, so that a long paste can be stopped by closing the tab. */
const MOST_PER_CALL_BYTES = 64 * 1024;

export class InputQueue {
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #sending = false;

  constructor(
    readonly send: (bytes: Uint8Array) => Promise<void>,
    readonly failed: (thrown: unknown) => void,
  ) {}

  /** Takes all bytes or none; false means that the queue is full. */
  push(bytes: Uint8Array): boolean {
    if (bytes.length === 0) return true;
    if (this.#waitingBytes + bytes.length > MOST_WAITING_BYTES) return false;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (!this.#sending) void this.#drain();
    return true;
  }

  /** Drops what was not handed over yet. */
  clear() {
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  async #drain() {
    this.#sending = true;
    try {
      while (this.#waiting.length > 0) await this.send(this.#take());
    } catch (thrown) {
      this.clear();
      this.failed(thrown);
    } finally {
      this.#sending = false;
    }
  }

  /** Everything that waits, as one call if it is not too long. */
  #take(): Uint8Array {
    const all = joined(this.#waiting, this.#waitingBytes);
    const now = all.subarray(0, MOST_PER_CALL_BYTES);
    const later = all.subarray(now.length);
    this.#waiting = later.length === 0 ? [] : [later];
    this.#waitingBytes = later.length;
    return now.slice();
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
