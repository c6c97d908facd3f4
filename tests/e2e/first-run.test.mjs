// The first run in a window of every size: all of it can be reached, and nothing scrolls sideways.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Desk } from "./desk.mjs";

const desk = new Desk();
let window;

before(async () => {
  window = await desk.onFirstRun();
});

after(() => desk.leave());

for (const [width, height, scrolls] of [
  [1440, 900, false],
  [1280, 720, false],
  [900, 640, false],
  [720, 480, true],
]) {
  test(`at ${width} × ${height} it ${scrolls ? "scrolls down only" : "needs no scroll bar"}`, async () => {
    await window.driver.manage().window().setRect({ width, height });
    await window.eventually("the window has this size", () =>
      window.driver.executeScript((size) => innerWidth === size[0] && innerHeight === size[1], [width, height]));
    const { sideways, down } = await window.driver.executeScript(() => {
      const scrolling = [...document.querySelectorAll("*")].filter((element) => /auto|scroll/.test(getComputedStyle(element).overflow));
      const name = (element) => element.dataset.testid ?? element.className;
      return {
        sideways: scrolling.filter((element) => element.scrollWidth > element.clientWidth).map(name),
        down: scrolling.filter((element) => element.scrollHeight > element.clientHeight).map(name),
      };
    });
    assert.deepEqual({ sideways, scrolls: down.length > 0 }, { sideways: [], scrolls }, JSON.stringify(down));
    const button = await window.see("first-run-demo");
    await window.driver.executeScript((element) => element.scrollIntoView({ block: "nearest" }), button);
    assert.ok(await window.driver.executeScript((element) => {
      const box = element.getBoundingClientRect();
      return element.contains(document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2));
    }, button));
  });
}
