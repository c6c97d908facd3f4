/** Answers of the terminal to questions in the output: a few are normal, a flood is an attempt to type for the user. */

/** Reports of attributes, status, position, modes, settings, colours and sizes: what no key sends but Shift+F3. */
const REPLY =
  /^(?:\u001b\[[?>=]?[\d;]*(?:[cnRt]|\$y)|\u001bP[^\u001b]*\u001b\\|\u001b\][^\u001b\u0007]*(?:\u001b\\|\u0007))$/;
const MOST_BYTES_PER_SECOND = 4096;

export class ReplyBudget {
  #began = Number.NEGATIVE_INFINITY;
  #sent = 0;

  constructor(readonly nowMs: () => number) {}

  /** Whether the text is to be sent: keys always, answers until this second's share is used up. */
  takes(text: string): boolean {
    if (!REPLY.test(text)) return true;
    const now = this.nowMs();
    if (now - this.#began >= 1000) {
      this.#began = now;
      this.#sent = 0;
    }
    this.#sent += text.length;
    return this.#sent <= MOST_BYTES_PER_SECOND;
  }
}
