// What a test file works on: a home of its own and a window, in the first run, in the demo or on a simulator beside it.
import { appendFileSync, copyFileSync } from "node:fs";
import { openDemo } from "./demo.mjs";
import { simulate } from "./simulator.mjs";
import { Home, Key, Window } from "./window.mjs";

/** One for each file; `leave` it behind the last test. */
export class Desk {
  home = new Home();
  window;
  simulator;
  #opening = { environment: {}, keyring: false };

  /** A window that was never used: it shows the first run. */
  async onFirstRun() {
    this.window = await Window.open(this.home);
    await this.window.see("first-run-demo");
    return this.window;
  }

  /** A window in the demo, and the address of the demo's simulator. */
  async inDemo() {
    this.window = await Window.open(this.home);
    return { window: this.window, endpoint: await openDemo(this.window) };
  }

  /**
   * A window whose user has the profiles of a simulator, which `options` go to, in AWS files of their own: only what a user would
   * write, keys, Region and `endpoint_url`, and then `more`. It shows the first run. `environment` is the program's, and
   * `keyring` as for a window.
   */
  async onSimulator({ options = [], more = "", environment = {}, keyring = false } = {}) {
    this.simulator = await simulate(this.home, options);
    copyFileSync(this.simulator.config, this.home.awsConfig);
    copyFileSync(this.simulator.credentials, this.home.awsCredentials);
    appendFileSync(this.home.awsConfig, more);
    this.#opening = { environment, keyring };
    this.window = await this.#open();
    return { window: this.window, simulator: this.simulator };
  }

  /**
   * A window whose user has no AWS file at all: the simulator, which `options` go to, stands for AWS by its address alone. It
   * shows the first run.
   */
  async withoutFiles({ options = [] } = {}) {
    this.simulator = await simulate(this.home, options);
    this.window = await Window.open(this.home, { AWS_ENDPOINT_URL: this.simulator.endpoint });
    await this.window.see("first-run-center");
    return { window: this.window, endpoint: this.simulator.endpoint };
  }

  /** The program ends, whatever state it is in, and is started again in the same home. */
  async reopen() {
    await this.window.close();
    this.window = await this.#open();
    return this.window;
  }

  #open() {
    const { environment, keyring } = this.#opening;
    return Window.open(this.home, environment, { keyring });
  }

  /** Ends what runs and removes the home. */
  async leave() {
    await this.window?.close();
    await this.simulator?.stop();
    await this.home.remove();
  }
}

/** From the first run to the settings of accounts, with no profile chosen. */
export async function chooseNoProfile(window) {
  await window.click("first-run-aws");
  await window.see("choose-profiles-dialog");
  await window.keys(Key.ESCAPE);
}

/** Adds a pair of profile and Region in the settings of accounts. */
export async function addPair(window, profile, region) {
  await window.click("pair-add");
  await (await window.see("pair-profile")).sendKeys(profile);
  await (await window.see("region-search")).sendKeys(region, Key.ENTER);
  await window.click("pair-save");
  await window.see("pair-row", `[data-profile="${profile}"][data-region="${region}"]`);
}

/** Turns sync on in the settings, and shows the accounts again. */
export async function turnSyncOn(window) {
  await window.click("settings-sync");
  const toggle = await window.see("setting-sync-enabled");
  if ((await toggle.getAttribute("aria-checked")) !== "true") await toggle.click();
  await window.click("settings-accounts");
}

/** How many nodes the fleet shows; none while it shows none. */
export async function nodeCount(window) {
  const text = await window.driver.executeScript(() => document.querySelector('[data-testid="node-count"]')?.textContent ?? "");
  return Number(/[\d,]+/.exec(text)?.[0].replaceAll(",", "") ?? 0);
}
