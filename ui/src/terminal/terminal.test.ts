// @vitest-environment node
import { Terminal } from "@xterm/headless";
import { expect, test, vi } from "vitest";
import { limitCounts } from "./count-limits";
import { Credit } from "./credit";
import { InputQueue } from "./input-queue";
import { isLinkTooLong, plainTitle, webAddress } from "./links";
import { cleanPaste, pasteBytes, runsAtOnce } from "./paste";
import { ReplyBudget } from "./reply-budget";

function terminal() {
  const made = new Terminal({ cols: 80, rows: 24, allowProposedApi: true, logLevel: "off", scrollback: 1000 });
  limitCounts(made as unknown as Parameters<typeof limitCounts>[0]);
  return made;
}

function written(target: Terminal, data: string): Promise<void> {
  return new Promise((done) => target.write(data, done));
}

function line(target: Terminal, row: number): string {
  return target.buffer.active.getLine(target.buffer.active.baseY + row)?.translateToString(true) ?? "";
}

test("no count in a control sequence can stop the terminal", { timeout: 20_000 }, async () => {
  const target = terminal();
  const began = performance.now();
  for (const final of "STLMIZ@Pb") {
    for (const count of [2_147_483_647, 10_000_000, 100_000]) await written(target, `A\u001b[${count}${final}`);
  }
  expect(performance.now() - began).toBeLessThan(2000);
  await written(target, "\u001b[2J\u001b[Hstill here");
  expect(line(target, 0)).toBe("still here");
});

test("counts that programs use work as ever", async () => {
  const target = terminal();
  await written(target, "abcdef\u001b[3G\u001b[2P\r\n-\u001b[4b\r\nx\u001b[2Iy");
  expect(line(target, 0)).toBe("abef");
  expect(line(target, 1)).toBe("-----");
  expect(line(target, 2)).toBe("x               y");
});

test("a terminal answers only with what it knows itself, never with what it was sent", async () => {
  const target = terminal();
  const answers: string[] = [];
  target.onData((data) => answers.push(data));
  const secret = "PAYLOAD";
  const questions = ["c", ">c", "=c", "5n", "6n", "?6n", "?2026$p", ">q", "14t", "18t", "21t", "1*y", "?u"].map(
    (end) => `\u001b[${end}`,
  );
  const strings = [
    "0;T",
    "2;T",
    "52;c;T",
    "52;c;?",
    "4;1;?",
    "50;T",
    "9;T",
    "777;notify;T;T",
    "1337;File=T",
    "99;;T",
  ].map((body) => `\u001b]${body.replaceAll("T", secret)}\u0007`);
  const devices = ["$qm", "$qT", "+qT", "_GT"].map((body) => `\u001bP${body.replaceAll("T", secret)}\u001b\\`);
  for (const question of [...strings, ...questions, ...devices]) await written(target, question);
  const text = answers.join("");
  expect(text).not.toContain("PAYL");
  expect(text.replace(/\u001b\[[?>=]?[\d;]*[cnR]|\u001b\[\?\d+;\d\$y|\u001bP[01]\$r[^\u001b]*\u001b\\/g, "")).toBe("");
});

test("a flood of questions gets 4 KiB of answers in a second, and keys always pass", async () => {
  const target = terminal();
  let nowMs = 0;
  const budget = new ReplyBudget(() => nowMs);
  let sent = 0;
  target.onData((data) => (sent += budget.takes(data) ? data.length : 0));
  const flood = "\u001b[c\u001b[>c\u001b[5n\u001b[6n\u001b[?2026$p\u001bP$qm\u001b\\".repeat(2000);
  await written(target, flood);
  expect(sent).toBeGreaterThan(4000);
  expect(sent).toBeLessThanOrEqual(4096);
  const keys = [
    "a",
    "\u0003",
    "\u001b",
    "\u001b[A",
    "\u001bOP",
    "\u001b[15~",
    "\u001b[200~c\u001b[201~",
    "\u001b[1;5D",
    "\u001bx",
  ];
  for (const key of keys) expect(budget.takes(key)).toBe(true);
  nowMs = 1000;
  expect(budget.takes("\u001b[?1;2c")).toBe(true);
});

test("a link of absurd length is swallowed", async () => {
  expect(isLinkTooLong(";https://example.com/")).toBe(false);
  expect(isLinkTooLong(`;https://example.com/${"a".repeat(5000)}`)).toBe(true);
});

test("pasted text keeps tabs and line breaks and nothing else that is a key", () => {
  expect(cleanPaste("a\tb\r\nc\rd\ne")).toBe("a\tb\nc\nd\ne");
  expect(cleanPaste("x\u001b[201~rm -rf\u0003\u0004\u007f\u0000y")).toBe("x[201~rm -rfy");
  expect(cleanPaste("\u009b201~\u0085z")).toBe("201~z");
  expect(cleanPaste("Zürich 東京 🚀")).toBe("Zürich 東京 🚀");
});

test("whatever is pasted, the brackets are the only escape sequences that are sent", () => {
  const random = (seed: number) =>
    Array.from({ length: 400 }, (_, index) => (seed * 7919 + index * index * 31) % 0x180);
  for (let seed = 1; seed < 200; seed += 1) {
    const hostile = `${String.fromCharCode(...random(seed))}\u001b[201~\u001b[200~`;
    const sent = pasteBytes(cleanPaste(hostile), true);
    expect(sent.split("\u001b")).toHaveLength(3);
    expect(sent.startsWith("\u001b[200~") && sent.endsWith("\u001b[201~")).toBe(true);
  }
});

test("a line break is sent as Enter, and asks first where nothing holds the text together", () => {
  expect(pasteBytes("a\nb", false)).toBe("a\rb");
  expect(runsAtOnce("ls\n")).toBe(true);
  expect(runsAtOnce("ls -l\t/tmp")).toBe(false);
});

test("only plain web addresses are links", () => {
  expect(webAddress("https://example.com/a?b#c")).toBe("https://example.com/a?b#c");
  expect(webAddress("http://127.0.0.1:8080")).toBe("http://127.0.0.1:8080/");
  expect(webAddress("https://аws.example/")).toBe("https://xn--ws-6kc.example/");
  const others = [
    "javascript:alert(1)",
    "file:///etc/passwd",
    "smb://host/x",
    "data:text/html,x",
    "https://aws.com@evil.example/",
    "ssh://host",
    "example.com",
    "",
  ];
  for (const text of others) expect(webAddress(text)).toBeNull();
});

test("a title from the node is one plain line", () => {
  expect(plainTitle("deploy\u202e\u0007\u001b[31m\n step")).toBe("deploy[31m step");
  expect(plainTitle("x".repeat(1000))).toHaveLength(256);
});

test("credit is given each 16 KiB that were drawn and nothing is lost between", () => {
  const given: number[] = [];
  const credit = new Credit((bytes) => given.push(bytes));
  for (let drawn = 0; drawn < 100_000; drawn += 1000) credit.drawn(1000);
  expect(given.every((bytes) => bytes >= 16 * 1024)).toBe(true);
  const sum = given.reduce((total, bytes) => total + bytes, 0);
  expect(100_000 - sum).toBeLessThan(16 * 1024);
  credit.reset();
  credit.drawn(16 * 1024);
  expect(given.at(-1)).toBe(16 * 1024);
});

test("typed bytes go one call at a time and in their order", async () => {
  const sent: string[] = [];
  let release: (() => void) | null = null;
  let open = 0;
  const queue = new InputQueue(
    async (bytes) => {
      open += 1;
      expect(open).toBe(1);
      await new Promise<void>((done) => {
        release = done;
      });
      sent.push(new TextDecoder().decode(bytes));
      open -= 1;
    },
    () => {},
  );
  for (const letter of "abc") queue.push(new TextEncoder().encode(letter));
  const next = async () => {
    const run = release;
    release = null;
    run?.();
    await vi.waitFor(() => expect(release !== null || open === 0).toBe(true));
  };
  await next();
  for (const letter of "de") queue.push(new TextEncoder().encode(letter));
  await next();
  await next();
  expect(sent).toEqual(["a", "bc", "de"]);
});

test("a long paste is cut into calls that can be stopped between", async () => {
  const sizes: number[] = [];
  const queue = new InputQueue(
    async (bytes) => {
      sizes.push(bytes.length);
    },
    () => {},
  );
  expect(queue.push(new Uint8Array(200_000))).toBe(true);
  await vi.waitFor(() => expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(200_000));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024);
});

test("a full queue takes nothing, and a failure drops what waited and says so", async () => {
  let fail: ((reason: unknown) => void) | null = null;
  const failures: unknown[] = [];
  const queue = new InputQueue(
    () =>
      new Promise((_, reject) => {
        fail = reject;
      }),
    (thrown) => failures.push(thrown),
  );
  queue.push(new Uint8Array(1));
  expect(queue.push(new Uint8Array(1024 * 1024))).toBe(true);
  expect(queue.push(new Uint8Array(1))).toBe(false);
  (fail as ((reason: unknown) => void) | null)?.("over");
  await vi.waitFor(() => expect(failures).toEqual(["over"]));
  expect(queue.push(new Uint8Array(1024 * 1024))).toBe(true);
});
