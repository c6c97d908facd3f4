// The desktop of a Windows node by keys: the system's client gets a connection file, and the Administrator's password only ever the clipboard.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { nothingIsWrong } from "./axe.mjs";
import { Keys } from "./by-keys.mjs";
import { focused, search } from "./demo.mjs";
import { addPair, chooseNoProfile, Desk, turnSyncOn } from "./desk.mjs";
import { openPort } from "./simulator.mjs";
import { Key } from "./window.mjs";

/** Notes the connection file that it was given, and what the other side sends back, then ends as when its window is closed. */
const CLIENT = `#!/bin/bash
PATH=/usr/bin:/bin
for file in "$@"; do case "$file" in *.rdp) break;; esac; done
cp "$file" "$OUT/seen.rdp"
port=$(tr -d '\\r' < "$file" | sed -n 's/^full address:s:127.0.0.1://p')
exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'hello' >&3
head -c 5 <&3 > "$OUT/half" && mv "$OUT/half" "$OUT/answer"
exit 12
`;

const desk = new Desk();
const folder = join(desk.home.path, "programs");
const note = (name) => join(folder, name);
let simulator;
let window;
let keys;
let node;

before(async () => {
  mkdirSync(folder);
  for (const name of ["remmina", "sdl-freerdp", "sdl-freerdp3"]) {
    writeFileSync(note(name), CLIENT);
    chmodSync(note(name), 0o755);
  }
  // The program takes over the path of the login shell.
  writeFileSync(join(desk.home.path, ".profile"), `export PATH="${folder}:$PATH"\n`);
  const environment = { PATH: `${folder}:${process.env.PATH}`, OUT: folder };
  ({ window, simulator } = await desk.onSimulator({ environment }));
  keys = new Keys(window);
  await openPort(simulator.endpoint, 3389, "echo");
  await chooseNoProfile(window);
  await addPair(window, "acme-prod", "eu-central-1");
  await turnSyncOn(window);
  await window.see("pair-row", '[data-profile="acme-prod"][data-phase="done"]');
  await window.click("terminals-open");
  node = await search(window, "win-");
  await window.click("node-row", `[data-key="${node.key}"]`);
});

after(() => desk.leave());

test("the client of this computer is opened on the node, through a forward", async () => {
  await keys.palette("Open the remote desktop of");
  await keys.hasFocus("remote-desktop-key-file");
  await nothingIsWrong(window);
  await keys.type(Key.ENTER);
  await window.eventually("the client got its answer", () => existsSync(note("answer")));
  assert.equal(readFileSync(note("answer"), "utf8"), "hello");
  assert.match(readFileSync(note("seen.rdp"), "utf8"), /full address:s:127\.0\.0\.1:\d+/);
  await keys.isGone("remote-desktop-dialog");
});

test("a key file that holds no key is refused at its field, and the window never has the password", async () => {
  await keys.palette("Copy the Administrator's password of");
  await keys.hasFocus("remote-desktop-key-file");
  await keys.type(note("seen.rdp"), Key.ENTER);
  await window.eventually("the field is wrong", async () => (await (await window.see("remote-desktop-key-file")).getAttribute("aria-invalid")) === "true");
  await nothingIsWrong(window);
  await keys.fill("remote-desktop-key-file", join(dirname(simulator.config), "acme-windows.pem"));
  await keys.type(Key.ENTER);
  await keys.isGone("remote-desktop-dialog");
  await keys.says("toast", /It leaves the clipboard in \d+ s\./);
  assert.equal(await focused(window, "remote-desktop-key-file"), null);
});
