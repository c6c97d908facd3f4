// The program starts wherever it can: a home that cannot be written, a full disk, a damaged store, a saved theme. Where it
// cannot, it says why and ends with status 1.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { built } from "../../scripts/steps.mjs";
import { Pixels } from "./pixels.mjs";
import { By, Home, Key, Window } from "./window.mjs";

/** `--bg-frame` of both themes. */
const FRAME = { dark: "#141b1e", light: "#ebeff1" };

const homes = [];
const newHome = () => homes[homes.push(new Home()) - 1];
after(async () => {
  for (const home of homes) await home.remove();
});

/** Runs `body` in a window that starts with this environment. */
async function inWindow(home, more, body) {
  const window = await Window.open(home, more);
  try {
    return await body(window);
  } finally {
    await window.close();
  }
}

const NOWHERE = "/proc/nowhere";

for (const [what, more] of [
  ["a home that does not exist and cannot be made", { HOME: NOWHERE, XDG_DATA_HOME: undefined, XDG_CONFIG_HOME: undefined, XDG_CACHE_HOME: undefined }],
  ["a data folder that cannot be made", { XDG_DATA_HOME: NOWHERE }],
  ["a data folder of its own that cannot be made", { POSTERN_DATA_DIR: NOWHERE }],
]) {
  test(`${what} ends in a window that says so and works`, async () => {
    await inWindow(newHome(), more, async (window) => {
      const notice = await (await window.see("toast-error")).getText();
      assert.match(notice, /kept|written|folder/i);
      await window.click("first-run-demo");
      await window.see("node-row", '[data-name="auth-gateway-1"]');
    });
  });
}

test("the window has the colour of its theme from its first frame", async () => {
  const home = newHome();
  // Nothing is chosen yet: the system's theme. Then the other one is, and the program starts again.
  const system = await firstFrames(home);
  await inWindow(home, {}, async (window) => {
    const other = system.theme === "light" ? "dark" : "light";
    await window.eventually(`the ${other} theme`, async () => {
      const theme = await window.see("theme-switch");
      const isChosen = (await theme.getAttribute("data-choice")) === other;
      if (!isChosen) await theme.click();
      return isChosen;
    });
    await window.closeByUser();
  });
  const chosen = await firstFrames(home);
  assert.deepEqual([system.choice, chosen.choice], ["system", system.theme === "light" ? "dark" : "light"]);
  for (const { theme, colours } of [system, chosen]) {
    assert.ok(colours.has(FRAME[theme]), `the ${theme} window was seen`);
    assert.ok(!colours.has(FRAME[theme === "light" ? "dark" : "light"]), `seen in the ${theme} window: ${[...colours]}`);
  }
});

/** The colours that a place in the title bar had while the program started, and the theme that it has then. */
async function firstFrames(home) {
  const colours = new Set();
  let watching;
  const onScreen = (screen) => {
    const pixels = new Pixels(screen);
    watching = setInterval(() => colours.add(pixels.at(720, 4)), 1);
  };
  const window = await Window.open(home, {}, { framebuffer: true, onScreen });
  try {
    await window.see("first-run");
    const { theme, themeChoice } = await window.driver.executeScript(() => ({ ...document.documentElement.dataset }));
    await window.eventually("the window is on the screen", async () => colours.has(FRAME[theme]));
    return { colours, theme, choice: themeChoice };
  } finally {
    clearInterval(watching);
    await window.close();
  }
}

test("a damaged store is set aside, the backup takes its place, and the window says so", async () => {
  const home = newHome();
  const data = join(home.path, "own");
  const more = { POSTERN_DATA_DIR: data };
  await inWindow(home, more, async (window) => {
    await window.click("first-run-aws");
    await window.see("settings-page");
    await window.keys(Key.ESCAPE);
    await window.click("terminals-open");
    await saveConnection(window, "in the backup");
    await window.closeByUser();
  });
  // The backup of a day is made before its first change, so the next change is to be one.
  rmSync(join(data, "backups"), { recursive: true });
  await inWindow(home, more, async (window) => {
    await window.see("connection-row", '[data-name="in the backup"]');
    await saveConnection(window, "later");
    await window.closeByUser();
  });
  for (const name of ["postern.db-wal", "postern.db-shm"]) rmSync(join(data, name), { force: true });
  writeFileSync(join(data, "postern.db"), Buffer.alloc(64 * 1024, "damage"));
  await inWindow(home, more, async (window) => {
    assert.match(await (await window.see("toast-error")).getText(), /damaged[\s\S]*backup/i);
    await window.see("connection-row", '[data-name="in the backup"]');
    assert.deepEqual(await window.driver.findElements(By.css('[data-testid="connection-row"][data-name="later"]')), []);
  });
  assert.ok(readdirSync(data).some((name) => name.startsWith("postern.db.corrupt-")));
});

test("without a display the program says so and ends with status 1", async () => {
  for (const display of [{ DISPLAY: undefined }, { DISPLAY: ":4711" }]) {
    const { code, text } = await ended({ ...newHome().environment(), WAYLAND_DISPLAY: undefined, ...display });
    assert.equal(code, 1, text);
    assert.match(text, /no display/);
    assert.doesNotMatch(text, /panicked/);
  }
});

/** A connection to a target that nobody has to reach. */
async function saveConnection(window, name) {
  await window.keys(Key.CONTROL, "k");
  await (await window.see("palette-input")).sendKeys("New connection");
  await window.eventually("the action is found", async () => /New connection/.test(await (await window.see("palette-item")).getText()));
  await window.keys(Key.ENTER);
  await (await window.see("connection-name")).sendKeys(name);
  await (await window.see("connection-target")).sendKeys("i-0123456789abcdef0");
  await window.click("connection-save");
  await window.see("connection-row", `[data-name="${name}"]`);
}

/** What the program says that cannot start. */
function ended(env) {
  return new Promise((resolve) => {
    const program = spawn(built("postern-desktop"), [], { env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [program.stdout, program.stderr]) stream.on("data", (data) => (text += data));
    program.once("exit", (code) => resolve({ code, text }));
  });
}
