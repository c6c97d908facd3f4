// What tests of the demo have in common: the way in, its simulator, and the fleet's search.
import { By, Key } from "./window.mjs";

/** From the first run into the demo; resolves with the address of its simulator. */
export async function openDemo(window) {
  await window.click("first-run-demo");
  const [address] = await window.eventually("the demo's address", async () => /127\.0\.0\.1:\d+/.exec(await (await window.see("demo-badge")).getAttribute("textContent")));
  return `http://${address}`;
}

/** Searches the fleet, going there by `reach`; resolves with the key, name and profile of the first node that takes sessions. */
export async function search(window, query, reach = () => window.click("search")) {
  await reach();
  const field = await window.eventually("the search has the focus", () => focused(window, "search"));
  await rewrite(field, query);
  return window.eventually(`a node for ${query}`, () =>
    window.driver.executeScript((text) => {
      const input = document.querySelector('[data-testid="search"]');
      const rows = [...document.querySelectorAll('[data-testid="node-row"]')];
      // A word of the name, or a field that every label ends with.
      const word = text.split(":").at(-1);
      if (input.value !== text || !rows.every((row) => row.getAttribute("aria-label").includes(word))) return null;
      // The rows of the whole fleet may hold the word too: they move once the search is there.
      const synced = document.querySelector('[data-testid="synced-count"]');
      if (synced && !synced.textContent.includes(" of ")) return null;
      const row = rows.find((one) => /running, agent online/.test(one.getAttribute("aria-label")));
      return row && { key: row.dataset.key, name: row.dataset.name, profile: /, (acme-[\w-]+), /.exec(row.getAttribute("aria-label"))[1] };
    }, query),
  );
}

/** Opens a shell on a node that `search` found, in a tab of its own: the terminal before it may show a prompt as well. */
export async function openShell(window, { key }) {
  const before = await frontTab(window);
  await connect(window, "node-row", `[data-key="${key}"]`);
  await window.eventually("a tab of its own in front", async () => ![null, before].includes(await frontTab(window)));
  await window.terminalShows(/made-up node[\s\S]*\$ ?$/m);
}

/** The number of the tab in front, null where there is none. */
const frontTab = (window) => window.driver.executeScript(() => document.querySelector('[data-testid="pane"]:not([hidden])')?.dataset.tab ?? null);

/** Opens a row's session: a click and Enter, because on a busy computer two clicks are not always a double click. */
export async function connect(window, testId, more) {
  await window.click(testId, more);
  await window.see(testId, `${more}[aria-selected="true"]`);
  await window.eventually("the row has the focus", () => focused(window, testId));
  await window.keys(Key.ENTER);
}

/** The element with the focus if it has this test id, else null. */
export async function focused(window, testId) {
  const element = await window.driver.switchTo().activeElement();
  return (await element.getAttribute("data-testid")) === testId ? element : null;
}

/** Replaces a field's text. The chord goes alone: its Ctrl would be held for the letters too. */
export async function rewrite(field, text) {
  await field.sendKeys(Key.chord(Key.CONTROL, "a"));
  await field.sendKeys(text);
}

/** An element of the pane in front, once it is visible. */
export const inPane = (window, testId, more = "") => window.see("pane", `:not([hidden]) [data-testid="${testId}"]${more}`);

/** Asks for the next try at once; the session in front may be whole again by itself. */
export const resumeNow = (window) => window.driver.executeScript(() => document.querySelector('[data-testid="pane"]:not([hidden]) [data-testid="resume-now"]')?.click());

/** How many elements have this test id. */
export const count = async (window, testId) => (await window.driver.findElements(By.css(`[data-testid="${testId}"]`))).length;

/** Says yes to the question before sessions end, with its keys. */
export async function terminate(window) {
  await window.see("terminate-dialog");
  await window.eventually("the safe button has the focus", () => focused(window, "terminate-keep"));
  await window.keys(Key.CONTROL, Key.ENTER);
  await window.eventually("the question is gone", async () => (await count(window, "terminate-dialog")) === 0);
}
