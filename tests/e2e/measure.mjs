// `npm run bench:window`: what the real window costs on a screen without a graphics card. What follows `--` goes here:
// `--program NAME=PATH` (any number; they take turns), `--rounds 3`, `--only idle,key,flood`, `--env NAME=VALUE`.
//
// Idle: the processor time of program and page in 20 s, a minute after a shell got its prompt, and with the caret in the
// search. Key: from the request of the driver that types it until the pixels of its line change. Flood: from Ctrl-C in
// `seq 1 100000000` until the prompt is drawn; what still came after the key, and what the sockets held, is told beside it.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { parseArgs } from "node:util";
import { built } from "../../scripts/steps.mjs";
import { openDemo, openShell, search } from "./demo.mjs";
import { Pixels } from "./pixels.mjs";
import { Home, Key, Window } from "./window.mjs";

const IDLE_SECONDS = 20;
const SETTLE_SECONDS = 60;
const KEYS = 20;
const FLOODS = 4;
const FLOOD_SECONDS = 4;

const { values: options } = parseArgs({
  options: {
    program: { type: "string", multiple: true, default: [`this=${built("postern-desktop")}`] },
    env: { type: "string", multiple: true, default: [] },
    rounds: { type: "string", default: "1" },
    only: { type: "string", default: "idle,key,flood" },
  },
});
const pairs = (list) => list.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]);
const environment = Object.fromEntries(pairs(options.env));
const wanted = new Set(options.only.split(","));
const seconds = (count) => new Promise((resolve) => setTimeout(resolve, count * 1000));
/** By program, then by what was measured. */
const results = new Map();

for (let round = 0; round < Number(options.rounds); round += 1) {
  for (const [name, program] of pairs(options.program)) {
    const note = (what, value) => {
      const own = results.get(name) ?? results.set(name, new Map()).get(name);
      (own.get(what) ?? own.set(what, []).get(what)).push(value);
      console.log(`${name}: ${what}: ${value.toFixed(1)}`);
    };
    await measure(program, note);
  }
}
table();

async function measure(program, note) {
  const home = new Home();
  const window = await Window.open(home, environment, { program, framebuffer: true });
  try {
    await openDemo(window);
    const node = await search(window, "auth-gateway");
    if (wanted.has("idle")) await idle(home, program, "caret in the search, % of a core", note, 5);
    await openShell(window, node);
    if (wanted.has("idle")) await idle(home, program, "shell at its prompt, % of a core", note, SETTLE_SECONDS);
    if (wanted.has("key")) await keys(window, note);
    for (const { pid, kind } of processes(home, program)) note(`memory of the ${kind}, MB (PSS)`, memory(pid));
    if (wanted.has("flood")) await floods(window, note);
  } finally {
    await window.close();
    await home.remove();
  }
}

async function idle(home, program, what, note, settle) {
  await seconds(settle);
  const all = processes(home, program).map(({ pid }) => pid);
  const spent = () => all.reduce((sum, pid) => sum + ticks(pid), 0);
  const [before, began] = [spent(), performance.now()];
  await seconds(IDLE_SECONDS);
  // A tick is a hundredth of a second on every Linux that there is a distribution of.
  note(what, (spent() - before) / ((performance.now() - began) / 1000));
}

async function keys(window, note) {
  const line = await window.driver.executeScript(() => {
    const terminal = [...document.querySelectorAll('[data-testid="terminal"]')].find((element) => element.offsetParent !== null);
    const { top, left, height } = terminal.querySelector(".xterm-cursor").getBoundingClientRect();
    return { top: Math.round(screenY + top), left: Math.round(screenX + left), height: Math.round(height) };
  });
  const pixels = new Pixels(window.screen);
  const look = () => pixels.lines(line.top + 4, line.height - 8);
  const input = await window.driver.findElement({ css: '[data-testid="terminal"] textarea' });
  for (let key = 0; key < KEYS; key += 1) {
    await seconds(0.7 + Math.random() / 2); // a key in the middle of nothing, at any moment of the caret
    const before = look();
    const pressed = performance.now();
    const sent = input.sendKeys("w");
    while (look().equals(before)) await seconds(0.001);
    note("key to pixels, ms", performance.now() - pressed);
    await sent;
  }
  pixels.close();
  await window.type(Key.CONTROL, "u", Key.NULL);
}

async function floods(window, note) {
  for (let flood = 0; flood < FLOODS; flood += 1) {
    await window.command("clear; seq 1 100000000");
    await seconds(FLOOD_SECONDS);
    note("held by sockets at Ctrl-C, KiB", heldBySockets() / 1024);
    const { ms, bytes } = await window.driver.executeAsyncScript(interrupt);
    note("Ctrl-C to prompt, ms", ms);
    note("came after Ctrl-C, KiB", bytes / 1024);
  }
}

/** In the page: no way of a driver is in the figure. */
function interrupt(done) {
  const terminal = [...document.querySelectorAll('[data-testid="terminal"]')].find((element) => element.offsetParent !== null);
  const rows = () => [...terminal.querySelectorAll(".xterm-rows > div")].map((row) => row.textContent.replace(/\u00a0/g, " ").trimEnd()).filter((row) => row !== "");
  const number = () => Math.max(...rows().filter((row) => /^\d+$/.test(row)).map(Number));
  const [before, pressed] = [number(), performance.now()];
  const key = { key: "c", code: "KeyC", keyCode: 67, which: 67, ctrlKey: true, bubbles: true, cancelable: true };
  terminal.querySelector("textarea").dispatchEvent(new KeyboardEvent("keydown", key));
  const look = () => {
    if (!/\$ ?$/.test(rows().at(-1) ?? "")) return requestAnimationFrame(look);
    const after = number();
    requestAnimationFrame(() => done({ ms: performance.now() - pressed, bytes: (after - before) * (String(after).length + 2) }));
  };
  look();
}

/** Of this program: itself, and what draws its page. */
function processes({ path }, program) {
  const found = [];
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const file = readlinkSync(`/proc/${pid}/exe`);
      const kind = file === program ? "program" : /WebKitWebProcess$/.test(file) ? "page" : null;
      const own = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`HOME=${path}`);
      if (kind !== null && own) found.push({ pid, kind });
    } catch {
      // Not ours to look at, or gone.
    }
  }
  return found;
}

function ticks(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

function memory(pid) {
  return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]) / 1024;
}

/** Both ends of loopback connections: what was not read, and what was not sent. */
function heldBySockets() {
  const lines = readFileSync("/proc/net/tcp", "utf8").trim().split("\n").slice(1);
  const queues = lines.flatMap((line) => line.trim().split(/\s+/)[4].split(":"));
  return queues.reduce((sum, hex) => sum + Number.parseInt(hex, 16), 0);
}

function table() {
  const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
  for (const [name, own] of results) {
    console.log(`\n| ${name} | median (least – most) |\n|---|---|`);
    for (const [what, list] of own) console.log(`| ${what} | ${median(list).toFixed(1)} (${Math.min(...list).toFixed(1)} – ${Math.max(...list).toFixed(1)}) |`);
  }
}
