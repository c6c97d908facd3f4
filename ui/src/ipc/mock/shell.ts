/** A stand-in for a shell: it echoes, edits a line, and knows a few words that show what a terminal can draw. */

export class MockShell {
  #line = "";
  #decoder = new TextDecoder();

  constructor(
    readonly name: string,
    readonly print: (text: string) => void,
    public size: { cols: number; rows: number },
    /** Words that do something to the session: `exit`, and what a person tries out in the browser. */
    readonly words: Record<string, () => void>,
  ) {}

  start() {
    this.print(STATUS.replaceAll("NODE", this.name).replaceAll("\n", "\r\n"));
    this.#prompt();
  }

  type(bytes: Uint8Array) {
    for (const character of this.#decoder.decode(bytes, { stream: true })) this.#key(character);
  }

  #key(character: string) {
    if (character === "\r") this.#enter();
    else if (character === "\u007f") this.#erase();
    else if (character === "\u0003") {
      this.#line = "";
      this.print("^C\r\n");
      this.#prompt();
    } else if (character >= " ") {
      this.#line += character;
      this.print(character);
    }
  }

  #erase() {
    if (this.#line === "") return;
    this.#line = [...this.#line].slice(0, -1).join("");
    this.print("\b \b");
  }

  #enter() {
    const line = this.#line.trim();
    this.#line = "";
    this.print("\r\n");
    const word = this.words[line];
    word?.();
    if (line === "exit") return;
    if (word === undefined) this.print(this.#answer(line));
    this.#prompt();
  }

  #answer(line: string): string {
    if (line === "") return "";
    if (line === "stty size") return `${this.size.rows} ${this.size.cols}\r\n`;
    if (line === "utf8") return "Zürich 東京 🚀 é ├──┤ ▁▂▃▅▇\r\n";
    if (line === "logs") return LOGS.replaceAll("\n", "\r\n");
    if (line === "link") return "\u001b]8;;https://example.com/runbook\u001b\\runbook\u001b]8;;\u001b\\\r\n";
    if (line === "title") return "\u001b]0;deploy: step 3 of 7\u0007";
    if (line.startsWith("echo ")) return `${line.slice(5)}\r\n`;
    return `-bash: ${line}: command not found\r\n`;
  }

  #prompt() {
    this.print(`\u001b[32mssm-user@${this.name}\u001b[0m:\u001b[34m~\u001b[0m$ `);
  }
}

const STATUS = `\u001b[32mssm-user@NODE\u001b[0m:\u001b[34m~\u001b[0m$ systemctl status checkout-api --no-pager | head -7
\u001b[1;32m●\u001b[0m \u001b[1mcheckout-api.service\u001b[0m - Checkout API
     Loaded: loaded (/etc/systemd/system/checkout-api.service; \u001b[32menabled\u001b[0m)
     Active: \u001b[1;32mactive (running)\u001b[0m since Tue 2026-07-21 06:12:44 UTC; 3 days ago
   Main PID: 2187 (checkout-api)
      Tasks: 23 (limit: 18862)
     Memory: 412.6M (peak: 603.1M)
`;

const LOGS = `\u001b[90m09:41:07.212\u001b[0m \u001b[34mINFO \u001b[0m POST /v1/orders \u001b[32m201\u001b[0m 38ms   \u001b[90mtrace=\u001b[36m7c1e09\u001b[0m
\u001b[90m09:41:08.551\u001b[0m \u001b[33mWARN \u001b[0m payment gateway slow: \u001b[33m812ms\u001b[0m \u001b[90m(budget 500ms)\u001b[0m
\u001b[90m09:41:08.802\u001b[0m \u001b[31mERROR\u001b[0m gateway timeout \u001b[31m504\u001b[0m \u001b[90mupstream=\u001b[35mpsp-eu-2\u001b[0m
`;
