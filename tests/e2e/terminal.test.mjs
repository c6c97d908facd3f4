// How a terminal is drawn in the real window: letters in their cells, nothing over them, and colours that can be read.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { focused, inPane, openShell, resumeNow, search } from "./demo.mjs";
import { Desk } from "./desk.mjs";
import { allowLinks, cutLink, refuseLinks, sessions } from "./simulator.mjs";
import { Key } from "./window.mjs";

const desk = new Desk();
let window;
let endpoint;

before(async () => {
  ({ window, endpoint } = await desk.inDemo());
  await openShell(window, await search(window, "checkout-api-2"));
});

after(() => desk.leave());

test("a full row of letters is as wide as the row, and its last column is whole", async () => {
  await window.command("clear; printf '%*s\\n' $(tput cols) | tr ' ' W");
  await window.terminalShows(/^W{60,}$/m);
  const { row, text, last, place } = await inTerminal((terminal) => {
    const drawn = [...terminal.querySelectorAll(".xterm-rows > div")].find((line) => /^W+$/.test(line.textContent));
    const range = document.createRange();
    range.selectNodeContents(drawn);
    const edges = (box) => ({ left: box.left, right: box.right, width: box.width });
    const letters = document.createTreeWalker(drawn, NodeFilter.SHOW_TEXT);
    let end = null;
    while (letters.nextNode()) end = letters.currentNode;
    const letter = document.createRange();
    letter.setStart(end, end.length - 1);
    letter.setEnd(end, end.length);
    return {
      row: edges(drawn.getBoundingClientRect()),
      text: edges(range.getBoundingClientRect()),
      last: edges(letter.getBoundingClientRect()),
      place: edges(terminal.getBoundingClientRect()),
    };
  });
  assert.ok(Math.abs(text.width - row.width) <= 0.01, JSON.stringify({ text, row }));
  assert.ok(last.right <= row.right + 0.01 && last.right <= place.right, JSON.stringify({ last, row, place }));
});

test("nothing that the page's text inherits reaches the terminal", async () => {
  const { reachesPage, reachesTerminal } = await inTerminal((terminal) => {
    const odd = {
      "letter-spacing": "3px", "word-spacing": "5px", "line-height": "31px", "text-indent": "9px", "text-transform": "uppercase",
      "text-align": "right", "text-shadow": "1px 1px red", "text-rendering": "geometricPrecision", "white-space": "pre-line",
      "word-break": "break-all", "overflow-wrap": "anywhere", "line-break": "anywhere", hyphens: "auto", "tab-size": "3",
      "font-style": "italic", "font-variant-caps": "small-caps", "font-variant-numeric": "tabular-nums", "font-variant-ligatures": "none",
      "font-feature-settings": '"zero"', "font-variation-settings": '"wght" 900', "font-kerning": "normal", "font-optical-sizing": "none",
      "font-stretch": "75%", "font-size-adjust": "0.9", "font-synthesis": "none", "font-family": "serif", "font-size": "31px",
      "font-weight": "900", color: "rgb(1, 2, 3)", direction: "rtl", "writing-mode": "vertical-rl", "text-orientation": "upright",
      "text-emphasis": "dot", quotes: '"a" "b"', "list-style": "square", "caret-color": "red", "-webkit-text-stroke": "2px red",
      "-webkit-text-fill-color": "red", "-webkit-font-smoothing": "none", "user-select": "text", "-webkit-user-select": "text",
      cursor: "help", "border-spacing": "7px", orphans: "7", widows: "7",
    };
    const child = document.body.appendChild(document.createElement("div"));
    const rows = terminal.querySelector(".xterm-rows > div");
    const styleOf = (element) => Object.fromEntries([...getComputedStyle(element)].map((name) => [name, getComputedStyle(element).getPropertyValue(name)]));
    const before = [styleOf(child), styleOf(rows)];
    for (const [name, value] of Object.entries(odd)) document.body.style.setProperty(name, value);
    const after = [styleOf(child), styleOf(rows)];
    document.body.removeAttribute("style");
    child.remove();
    const changed = (at) => Object.keys(before[at]).filter((name) => before[at][name] !== after[at][name]);
    return { reachesPage: changed(0), reachesTerminal: changed(1) };
  });
  for (const name of ["letter-spacing", "font-feature-settings", "text-rendering", "direction", "word-spacing", "font-kerning"])
    assert.ok(reachesPage.includes(name), `${name} is inherited by the page: ${reachesPage}`);
  assert.deepEqual(reachesTerminal, []);
});

test("box drawing joins from row to row and from cell to cell", async () => {
  await window.command(String.raw`clear; for n in 1 2 3 4 5; do printf '\u2502\u2502\u2502\u2502\u2502\u2502\n'; done; printf '\u2500\u2500\u2500\u2500\u2500\u2500\n'`);
  await window.terminalShows(/^─{6}$/m);
  const { upright, level } = await inTerminal((terminal) => {
    const rows = [...terminal.querySelectorAll(".xterm-rows > div")];
    const cell = (row) => {
      const box = row.getBoundingClientRect();
      const range = document.createRange();
      range.selectNodeContents(row);
      return { left: box.left, top: box.top, width: range.getBoundingClientRect().width / row.textContent.length, height: box.height };
    };
    const lines = rows.filter((row) => row.textContent.startsWith("│"));
    return { upright: { ...cell(lines[0]), rows: lines.length }, level: cell(rows.find((row) => row.textContent.startsWith("─"))) };
  });
  assert.equal(upright.rows, 5);
  const middle = (cell) => [Math.round(cell.left + cell.width / 2), Math.round(cell.top + cell.height / 2)];
  const [x, y] = middle(upright);
  const picture = pixels(await window.driver.takeScreenshot(), [upright.left - 4, upright.top]);
  // Where the line is strongest in the middle of a cell, it must be there all the way.
  const column = strongest([x - 2, x - 1, x, x + 1, x + 2], (at) => picture.ink(at, y));
  const down = Array.from({ length: Math.round(upright.height * 4) }, (_, step) => picture.ink(column, y + step));
  const [left, across] = middle(level);
  const line = strongest([-3, -2, -1, 0, 1, 2, 3].map((by) => across + by), (at) => picture.ink(left, at));
  const along = Array.from({ length: Math.round(level.width * 5) }, (_, step) => picture.ink(left + step, line));
  assert.ok(Math.min(...down) > Math.max(...down) / 2, `from row to row: ${down}`);
  assert.ok(Math.min(...along) > Math.max(...along) / 2, `from cell to cell: ${along}`);
});

for (const theme of ["dark", "light"]) {
  test(`every colour can be read on every other in the ${theme} theme`, async () => {
    await window.driver.executeScript((name) => document.documentElement.setAttribute("data-theme", name), theme);
    // The 16 colours and the default one, as letters and as backgrounds.
    const [letters, grounds] = ["$(seq 30 37) $(seq 90 97) 39", "$(seq 40 47) $(seq 100 107) 49"];
    await window.command(`clear; for g in ${grounds}; do for l in ${letters}; do printf "\\033[$l;\${g}mAa"; done; printf '\\033[0m\\n'; done; echo ${theme}=$((1+1))`);
    await window.terminalShows(new RegExp(`^${theme}=2$`, "m"));
    const pairs = await inTerminal((terminal) => {
      const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
      const luminance = (colour) => {
        const [r, g, b] = channels(colour).map((value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const page = getComputedStyle(terminal.closest('[data-testid="pane"]')).backgroundColor;
      return [...terminal.querySelectorAll(".xterm-rows > div")]
        .filter((row) => /^(Aa){17}\s*$/.test(row.textContent))
        .flatMap((row) => [...row.querySelectorAll("span")])
        .filter((span) => span.textContent.startsWith("Aa"))
        .flatMap((span) => {
          const { color, backgroundColor } = getComputedStyle(span);
          const ground = channels(backgroundColor)[3] === 0 ? page : backgroundColor;
          const [low, high] = [luminance(color), luminance(ground)].sort((x, y) => x - y);
          return span.textContent.match(/Aa/g).map(() => ({ color, ground, contrast: (high + 0.05) / (low + 0.05) }));
        });
    });
    assert.equal(pairs.length, 17 * 17);
    assert.deepEqual(pairs.filter(({ contrast }) => contrast < 4.5), []);
    // Black is what programs put on white and on bright white, and these stay light.
    const white = pairs.filter((_, at) => [7, 15].includes(Math.floor(at / 17)) && at % 17 === 0);
    assert.equal(new Set(pairs.map(({ ground }) => ground)).size, 17);
    for (const { ground } of white) assert.ok(ground.match(/\d+/g).every((value) => Number(value) > 190), `white is ${ground}`);
  });
}

test("a session that resumes covers and resizes nothing of its terminal", async () => {
  await window.command("clear; n=0; trap 'n=$((n+1))' WINCH; seq 1 99");
  await window.terminalShows(/^99$/m);
  const rows = await uncoveredRows();
  const [{ id }] = (await sessions(endpoint)).slice(-1);
  await refuseLinks(endpoint);
  try {
    await cutLink(endpoint, id);
    await inPane(window, "resuming");
    assert.equal(await uncoveredRows(), rows);
    await window.command("echo resized=$n.");
    await window.eventually("the keys are held", async () => /\d+ byte/.test(await (await inPane(window, "held")).getAttribute("textContent")));
    assert.equal(await uncoveredRows(), rows);
  } finally {
    await allowLinks(endpoint);
  }
  await resumeNow(window);
  const [, resized] = await window.terminalShows(/^resized=(\d+)\./m);
  assert.equal(resized, "0");
});

test("the search of a terminal covers and resizes nothing of it", async () => {
  const rows = await uncoveredRows();
  await window.keys(Key.CONTROL, Key.SHIFT, "f");
  const field = await window.eventually("the search has the focus", () => focused(window, "find"));
  await field.sendKeys("resized");
  await window.eventually("hits are counted", async () => /1 of \d/.test(await (await inPane(window, "find-count")).getText()));
  assert.equal(await uncoveredRows(), rows);
  await field.sendKeys(Key.ESCAPE);
  await window.command("echo again=$n.");
  const [, resized] = await window.terminalShows(/^again=(\d+)\./m);
  assert.equal(resized, "0");
});

test("a session that is over covers nothing of its terminal and leaves every row where it was", async () => {
  const rows = await uncoveredRows();
  await window.command("exit");
  await inPane(window, "session-over");
  assert.equal(await uncoveredRows(), rows);
});

/** Runs `look` in the page with the terminal in front. */
function inTerminal(look) {
  return window.driver.executeScript(`return (${look})([...document.querySelectorAll('[data-testid="terminal"]')].find((one) => one.offsetParent !== null))`);
}

const strongest = (places, ink) => places.reduce((best, at) => (ink(at) > ink(best) ? at : best));

/** How far each pixel of a picture is from the colour at one place. */
function pixels(png, [groundX, groundY]) {
  const { stdout } = spawnSync("pngtopnm", { input: Buffer.from(png, "base64"), maxBuffer: 64 << 20 });
  const [head, width] = /^P6\s+(\d+)\s+\d+\s+255\s/.exec(stdout.subarray(0, 32).toString("latin1"));
  const at = (x, y) => stdout.subarray(head.length + 3 * (y * Number(width) + x)).subarray(0, 3);
  const ground = at(groundX, groundY);
  return { ink: (x, y) => at(x, y).reduce((sum, value, channel) => sum + Math.abs(value - ground[channel]), 0) };
}

/** How many rows the terminal has, when each of them is inside its place and has nothing in front of it. */
async function uncoveredRows() {
  const { rows, wrong } = await inTerminal((terminal) => {
    const place = terminal.getBoundingClientRect();
    const lines = [...terminal.querySelectorAll(".xterm-rows > div")];
    const covered = lines.flatMap((line, at) => {
      const box = line.getBoundingClientRect();
      const y = (box.top + box.bottom) / 2;
      const outside = box.top < place.top || box.bottom > place.bottom + 0.5 ? [`row ${at} leaves its place`] : [];
      const under = [box.left + 1, (box.left + box.right) / 2, box.right - 1]
        .map((x) => document.elementFromPoint(x, y))
        .filter((element) => !terminal.contains(element))
        .map((element) => `row ${at} is under ${element?.outerHTML.slice(0, 80)}`);
      return [...outside, ...under];
    });
    return { rows: lines.length, wrong: covered };
  });
  assert.deepEqual(wrong, []);
  return rows;
}
