// @vitest-environment node
import { Terminal } from "@xterm/headless";
import { expect, test } from "vitest";
import { ActivityWatch } from "./activity";

function shell() {
  const terminal = new Terminal({ allowProposedApi: true, cols: 40, rows: 10 });
  const watch = new ActivityWatch(terminal as unknown as ConstructorParameters<typeof ActivityWatch>[0]);
  const show = (text: string) => new Promise<void>((done) => terminal.write(text, done));
  const type = async (text: string) => {
    watch.typed(text);
    await show(text.replace("\r", "\r\n"));
  };
  return { watch, show, type };
}

test("a shell at its prompt is idle, also while a line is being typed", async () => {
  const { watch, show, type } = shell();
  expect(watch.now()).toBe("maybe");
  await show("welcome\r\nuser@node:~$ ");
  expect(watch.now()).toBe("idle");
  await type("l");
  await type("s -la /var/log/a-very-long-path-that-wraps-around");
  expect(watch.now()).toBe("idle");
});

test("after Enter something may be running until the prompt is back", async () => {
  const { watch, show, type } = shell();
  await show("$ ");
  await type("sleep 100\r");
  expect(watch.now()).toBe("maybe");
  await show("half a line");
  expect(watch.now()).toBe("maybe");
  await show("\r\n# ");
  expect(watch.now()).toBe("idle");
});

test("an answer to a program's own question is no command line", async () => {
  const { watch, show, type } = shell();
  await show("$ ");
  await type("python3\r");
  await show(">>> ");
  expect(watch.now()).toBe("maybe");
  await type("x");
  expect(watch.now()).toBe("maybe");
});

test("a program that fills the screen runs", async () => {
  const { watch, show } = shell();
  await show("$ ");
  await show("\x1b[?1049h~ $ ");
  expect(watch.now()).toBe("program");
  await show("\x1b[?1049l");
  expect(watch.now()).toBe("idle");
});

test("a shell that marks its prompts is believed", async () => {
  const { watch, show } = shell();
  await show("\x1b]133;A\x07weird prompt: \x1b]133;B\x07");
  expect(watch.now()).toBe("idle");
  await show("\x1b]133;C\x07\r\n$ ");
  expect(watch.now()).toBe("program");
  await show("\x1b]133;D;0\x07");
  expect(watch.now()).toBe("idle");
});

test("other shells have prompts too", async () => {
  for (const prompt of ["PS C:\\Users\\a> ", "C:\\>", "~ ❯ ", "root@node:/# ", "node% "]) {
    const { watch, show } = shell();
    await show(prompt);
    expect(watch.now(), prompt).toBe("idle");
  }
});
