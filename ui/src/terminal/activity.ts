/** Whether a shell waits at its prompt or something may be running in it, as far as its terminal can tell. */
import type { IBuffer, IParser } from "@xterm/xterm";

/** `program`: something runs. `maybe`: nothing says that the shell waits. */
export type Activity = "idle" | "program" | "maybe";

interface Watched {
  buffer: { active: IBuffer };
  parser: IParser;
}

/** What ends the prompts of shells. */
const PROMPT = /([$#%>❯➜λ»])\s?$/;
/** Signs that one shell uses in turn, for a user and for root. */
const UNIX = "$#%";

export class ActivityWatch {
  /** What a shell with marks of its own (OSC 133) said last. */
  #mark: "prompt" | "command" | null = null;
  /** The sign of the first prompt: a `>` in a shell that has `$` is another program's. */
  #sign: string | null = null;
  /** What stood left of the cursor when the line was begun that is being typed; null while none is. */
  #line: string | null = null;

  constructor(readonly terminal: Watched) {
    // A, B: around the prompt; C: the command begins; D: it is over.
    terminal.parser.registerOscHandler(133, (data) => {
      if (/^[ABD]/.test(data)) this.#mark = "prompt";
      else if (data.startsWith("C")) this.#mark = "command";
      return false;
    });
  }

  /** Keys went to the node. */
  typed(text: string) {
    if (this.#sign === null) this.#isPrompt(this.#leftOfCursor());
    if (/[\r\n]/.test(text)) this.#line = null;
    else if (this.#line === null || !this.#isPrompt(this.#line)) this.#line = this.#leftOfCursor();
  }

  now(): Activity {
    if (this.terminal.buffer.active.type === "alternate") return "program";
    if (this.#mark !== null) return this.#mark === "command" ? "program" : "idle";
    const left = this.#leftOfCursor();
    if (this.#isPrompt(left)) return "idle";
    const begun = this.#line;
    return begun !== null && this.#isPrompt(begun) && left.startsWith(begun.trimEnd()) ? "idle" : "maybe";
  }

  #isPrompt(text: string): boolean {
    const sign = PROMPT.exec(text)?.[1];
    if (sign === undefined) return false;
    this.#sign ??= sign;
    return sign === this.#sign || (UNIX.includes(sign) && UNIX.includes(this.#sign));
  }

  /** The line of the cursor up to it, with the rows that it was wrapped from. */
  #leftOfCursor(): string {
    const { active } = this.terminal.buffer;
    let row = active.baseY + active.cursorY;
    let text = active.getLine(row)?.translateToString(false, 0, active.cursorX) ?? "";
    while (active.getLine(row)?.isWrapped === true) {
      row -= 1;
      text = (active.getLine(row)?.translateToString(false) ?? "") + text;
    }
    return text;
  }
}
