// What axe-core finds wrong in the real window: names, headings, landmarks, contrast.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Asks axe-core in both themes; it must find nothing on the screen as it is. */
export async function nothingIsWrong({ driver }) {
  await driver.manage().setTimeouts({ script: 60_000 });
  const before = await driver.executeScript(() => document.documentElement.dataset.theme);
  for (const theme of ["dark", "light"]) {
    await paint(driver, theme);
    const { found, passed } = await ask(driver);
    assert.ok(passed > 10, `axe-core looked at something: ${passed} rules passed`);
    assert.deepEqual(found, [], theme);
  }
  await paint(driver, before);
}

const paint = (driver, theme) => driver.executeScript((name) => document.documentElement.setAttribute("data-theme", name), theme);

async function ask(driver) {
  await driver.executeScript(`if (window.axe === undefined) { ${AXE} }`);
  return driver.executeAsyncScript((done) => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    window.axe
      .run(document, { runOnly: { type: "tag", values: tags }, rules: { "label-content-name-mismatch": { enabled: true } } })
      .then(({ violations, passes }) =>
        done({
          passed: passes.length,
          found: violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} (${failureSummary})`).join("; ")}`),
        }),
      );
  });
}
