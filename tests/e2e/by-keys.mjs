// What a person without a mouse does: types into what has the focus, goes to it with Tab, and finds the rest in the palette.
import { count, focused } from "./demo.mjs";
import { Key } from "./window.mjs";

/** More stops than any page has. */
const MOST_STOPS = 60;

/** The keys of one window. */
export class Keys {
  constructor(window) {
    this.window = window;
  }

  /** Keys to whatever has the focus, one after the other. */
  async type(...keys) {
    for (const key of keys) await (await this.window.driver.switchTo().activeElement()).sendKeys(key);
  }

  /** Waits until this has the focus. */
  hasFocus(testId) {
    return this.window.eventually(`${testId} has the focus`, () => focused(this.window, testId));
  }

  /** Goes on with Tab until this, or something in it, has the focus, `within` what a selector names; resolves with what has it. */
  async tabTo(testId, within = "") {
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      const there = await this.window.driver.executeScript((selector) => document.activeElement?.closest(selector) != null, `${within} [data-testid="${testId}"]`);
      if (there) return this.window.driver.switchTo().activeElement();
      await this.window.keys(Key.TAB);
    }
    throw new Error(`Tab does not lead to ${testId}`);
  }

  /** Replaces the text of a field, going there with Tab. */
  async fill(testId, text) {
    const field = await this.tabTo(testId);
    await field.sendKeys(Key.chord(Key.CONTROL, "a"));
    await field.sendKeys(text === "" ? Key.DELETE : text);
  }

  /** Does what the palette calls so. */
  async palette(title) {
    await this.window.keys(Key.CONTROL, Key.SHIFT, "k");
    await this.hasFocus("palette-input");
    await this.type(title);
    await this.window.eventually(`the palette has “${title}” in front`, () =>
      this.window.driver.executeScript(
        (wanted) => document.querySelector('[data-testid="palette"] [role="option"][aria-selected="true"]')?.textContent.includes(wanted),
        title,
      ),
    );
    await this.type(Key.ENTER);
  }

  /** Waits until a dialog is gone. */
  async isGone(testId) {
    await this.window.eventually(`${testId} is gone`, async () => (await count(this.window, testId)) === 0);
  }

  /** All that an element says, once it matches. */
  async says(testId, pattern, more = "") {
    return this.window.eventually(`${testId} says ${pattern}`, async () => {
      const text = await (await this.window.see(testId, more)).getAttribute("textContent");
      return pattern.test(text) && text;
    });
  }
}
