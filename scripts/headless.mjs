// Runs a windowed program on a virtual screen and takes its picture.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture, fail } from "./steps.mjs";

const SIZE = "1440x900x24";
const DEADLINE_MS = 60_000;

/**
 * Starts Xvfb on a free display; resolves with its name and a function that stops it, and with `framebuffer` the file (in
 * the format of xwd) that always holds what is on the screen.
 */
export async function virtualScreen({ framebuffer = false } = {}) {
  const folder = framebuffer ? mkdtempSync(join(tmpdir(), "postern-screen-")) : null;
  const pixels = folder === null ? [] : ["-fbdir", folder];
  const server = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", SIZE, "-nolisten", "tcp", ...pixels], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const display = await new Promise((resolve, reject) => {
    server.stdio[3].once("data", (data) => resolve(`:${String(data).trim()}`));
    server.once("exit", () => reject(new Error("Xvfb ended before it had a display")));
    server.once("error", reject);
  }).catch((error) => fail(`No virtual screen: ${error.message}.`, "Install the package xvfb."));
  server.once("exit", () => folder !== null && rmSync(folder, { recursive: true, force: true }));
  return { display, framebuffer: folder, stop: () => server.kill() };
}

/** The upper left part of a screen with a framebuffer, as PNG. */
export async function pixelsOf({ framebuffer }, width, height) {
  const convert = 'xwdtopnm < "$0" 2>/dev/null | pnmcut -left 0 -top 0 -width "$1" -height "$2" | pnmtopng -quiet';
  const program = spawn("sh", ["-c", convert, join(framebuffer, "Xvfb_screen0"), String(width), String(height)], { stdio: ["ignore", "pipe", "inherit"] });
  const parts = [];
  program.stdout.on("data", (part) => parts.push(part));
  const code = await new Promise((resolve) => program.once("close", resolve));
  if (code !== 0) fail("The picture could not be taken.", "Install the package netpbm.");
  return Buffer.concat(parts);
}

/** Runs `program` until its window has drawn itself, writes the screen to `path` as PNG, and stops it. */
export async function photograph(program, path) {
  const screen = await virtualScreen();
  const env = { ...process.env, DISPLAY: screen.display, GDK_BACKEND: "x11", NO_AT_BRIDGE: "1", LIBGL_ALWAYS_SOFTWARE: "1" };
  delete env.WAYLAND_DISPLAY;
  const app = spawn(program, [], { env, stdio: ["ignore", "inherit", "inherit"] });
  const gone = new Promise((resolve) => app.once("exit", resolve));
  let ended = null;
  app.once("exit", (code) => (ended = code ?? 1));
  try {
    await untilDrawn(env, path, () => ended);
  } finally {
    app.kill();
    await gone;
    screen.stop();
  }
}

/** Takes pictures until two in a row are equal and show more than an empty screen. */
async function untilDrawn(env, path, ended) {
  const deadline = Date.now() + DEADLINE_MS;
  let last = null;
  while (Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 1000)); // a look once a second is often enough for a person
    if (ended() !== null) fail(`Postern ended by itself with status ${ended()}.`, "Run it with POSTERN_LOG=debug to see why.");
    const { code, text } = await capture("sh", ["-c", 'xwd -silent -root | xwdtopnm 2>/dev/null | pnmtopng -quiet > "$0"', path], { env });
    if (code !== 0) fail(`The picture could not be taken: ${text.trim()}`, "Install the packages x11-apps and netpbm.");
    const picture = readFileSync(path);
    const empty = picture.length < 12_000; // a black screen compresses to far less
    if (!empty && last?.equals(picture)) return;
    last = picture;
  }
  fail("Postern's window did not come to rest within a minute.", "Run it with POSTERN_LOG=debug to see why.");
}
